using System.IO.Compression;
using System.Text;
using Cohort.Pbm.Tests.Processes;
using Cohort.Seed.Ledger;
using Microsoft.Data.Sqlite;

namespace Cohort.Pbm.Tests;

/// <summary>Bad input is answered: a sentence that says what and where, exit code 2 (docs/design.md, property 5).</summary>
public sealed class BadInputTests : IDisposable
{
    private readonly Workplace _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public void A_gz_file_that_is_cut_short_is_named()
    {
        using (var whole = new MemoryStream())
        {
            using (var zip = new GZipStream(whole, CompressionLevel.Fastest, leaveOpen: true))
            {
                zip.Write(Encoding.ASCII.GetBytes(FerFile.Text()));
            }

            File.WriteAllBytes(_place.PathOf("cut.csv.gz"), whole.ToArray()[..((int)whole.Length / 2)]);
        }

        Refuses(RunOn("fer2013", "cut.csv.gz"), "cut.csv.gz", "damaged or cut short");
    }

    [Fact]
    public void A_picture_of_too_few_pixels_is_named_by_its_line()
    {
        _place.Write("short.csv", $"{FerFile.Text()}{FerFile.Row(3, 1, "Training", pixels: 2303)}\n");
        Refuses(RunOn("fer2013", "short.csv"), "short.csv", "line 79", "2303");
    }

    [Fact]
    public void An_emotion_that_there_is_not_is_named_by_its_line()
    {
        _place.Write("odd.csv", $"{FerFile.Text()}{FerFile.Row(9, 1, "Training")}\n");
        Refuses(RunOn("fer2013", "odd.csv"), "odd.csv", "line 79", "9");
    }

    [Fact]
    public void A_class_of_test_pictures_that_no_training_has_is_named()
    {
        _place.Does("data", "show", "avatars", "--sheet", "face.png");
        foreach (var picture in new[] { "train/cat", "train/dog", "test/cat", "test/horse" })
        {
            Directory.CreateDirectory(_place.PathOf($"animals/{picture}"));
            File.Copy(_place.PathOf("face.png"), _place.PathOf($"animals/{picture}/1.png"));
        }

        Refuses(RunOn("folder", "animals"), "horse", "cat, dog");
    }

    [Fact]
    public void An_empty_folder_is_named()
    {
        Directory.CreateDirectory(_place.PathOf("nothing"));
        Refuses(RunOn("folder", "nothing"), "empty folder 'nothing'");
    }

    [Fact]
    public void A_text_file_called_png_is_named()
    {
        foreach (var picture in new[] { "train/happy/1.png", "train/sad/1.png", "test/happy/1.png", "test/sad/1.png" })
        {
            _place.Write($"texts/{picture}", "This is no picture.");
        }

        Refuses(RunOn("folder", "texts"), "train/happy/1.png");
        Refuses(["data", "import", "texts"], "train/happy/1.png");
    }

    [Fact]
    public void A_field_that_plans_do_not_have_is_named_with_its_line()
    {
        _place.Write("odd.json", Plans.Faces.Replace("\"epochs\"", "\"epocs\"", StringComparison.Ordinal));
        Refuses(["run", "odd.json"], "odd.json, line 8", "epocs");
        Refuses(["plan", "check", "odd.json"], "odd.json, line 8", "epocs");
    }

    [Fact]
    public void A_negative_rate_is_named_with_its_line_and_field()
    {
        _place.Write("odd.json", Plans.Faces.Replace("0.05", "-0.05", StringComparison.Ordinal));
        Refuses(["run", "odd.json"], "odd.json, line 8", "training.learningRate", "-0.05 is negative");
    }

    [Fact]
    public void Options_are_checked_as_plans_are()
    {
        var plan = _place.Write("faces.json", Plans.Faces);
        Refuses(["run", plan, "--rounds", "-3"], "rounds.count");
        Refuses(["run", plan, "--slots", "0"], "--slots");
        Refuses(["run", plan, "--data", plan], "leave --data out");
    }

    [Fact]
    public void A_ledger_of_a_newer_version_is_left_alone()
    {
        Directory.CreateDirectory(_place.Home);
        using (var ledger = new SqliteConnection($"Data Source={_place.Ledger};Pooling=False"))
        {
            ledger.Open();
            using var newer = ledger.CreateCommand();
            newer.CommandText = "CREATE TABLE runs (id TEXT); PRAGMA user_version = 1000";
            newer.ExecuteNonQuery();
        }

        var before = File.ReadAllBytes(_place.Ledger);
        var plan = _place.Write("faces.json", Plans.Faces);
        Refuses(["ledger", "show"], SqliteLedger.FileName, "version 1000");

        Outcome(["run", plan], SqliteLedger.FileName, "version 1000");
        File.ReadAllBytes(_place.Ledger).ShouldBe(before);
        Directory.Exists(Path.Combine(_place.Home, "models")).ShouldBeFalse();
    }

    [Fact]
    public void A_model_file_whose_bytes_were_changed_is_named()
    {
        var plan = _place.Write("faces.json", Plans.Faces);
        var hash = _place.Train(plan, "--rounds", "2");
        var path = Path.Combine(_place.Home, "models", hash + ".safetensors");
        var bytes = File.ReadAllBytes(path);
        bytes[^1] ^= 1;
        File.WriteAllBytes(path, bytes);

        Refuses(["model", "eval", hash[..8]], hash, "changed or damaged");
        Refuses(["model", "show", path], hash, "changed or damaged");
    }

    [Fact]
    public void A_run_whose_last_model_was_changed_is_not_continued()
    {
        var plan = _place.Write("faces.json", Plans.Faces);
        var killed = PbmProcess.Start(_place, "run", plan);
        _place.WaitForRounds(2, killed);
        killed.Kill();
        foreach (var path in Directory.GetFiles(Path.Combine(_place.Home, "models"), "*.safetensors"))
        {
            File.WriteAllBytes(path, File.ReadAllBytes(path)[..^4]);
        }

        Outcome(["run", plan], ".safetensors", "changed or damaged");
    }

    [Fact]
    public void A_full_disk_leaves_nothing_half_written_and_the_run_can_be_repeated()
    {
        // The model of the plan has more than 1 MiB, so no file of it fits; the ledger stays smaller.
        var plan = _place.Write("faces.json", Plans.Faces.Replace("cnn2-small", "cnn4", StringComparison.Ordinal));
        var outcome = PbmProcess.StartWithFilesUpTo(256, _place, "run", plan, "--rounds", "1").WaitForExit();
        outcome.ExitCode.ShouldBe(2, outcome.ToString());
        outcome.Error.ShouldContain("cannot be stored");
        Directory.EnumerateFiles(_place.Home, "*", SearchOption.AllDirectories)
            .Select(Path.GetFileName)
            .ShouldAllBe(name => name!.StartsWith("ledger.", StringComparison.Ordinal));

        _place.Train(plan, "--rounds", "1");
    }

    [Fact]
    public void A_disk_that_is_full_leaves_no_imported_set_and_the_former_one_as_it_was()
    {
        _place.Write("few.csv", FerFile.Text());
        _place.Write("more.csv", FerFile.Text(trainPerClass: 20));
        _place.Does("data", "import", "few.csv", "--name", "set");
        var before = _place.Snapshot();

        var outcome = PbmProcess
            .StartWithFilesUpTo(300, _place, "data", "import", "more.csv", "--name", "set", "--force").WaitForExit();
        outcome.ExitCode.ShouldBe(2, outcome.ToString());
        outcome.Error.ShouldContain("set.safetensors");
        _place.Snapshot().ShouldBe(before);
    }

    [Fact]
    public void Two_processes_do_not_train_in_one_home()
    {
        var plan = _place.Write("endless.json", Plans.Endless);
        var first = PbmProcess.Start(_place, "run", plan);
        try
        {
            _place.WaitForRounds(1, first);
            Outcome(["run", _place.Write("faces.json", Plans.Faces)], SqliteLedger.FileName, "another process");
            ((int)_place.Json("ledger", "show")["runs"]![0]!["rounds"]!).ShouldBeGreaterThan(0);
        }
        finally
        {
            first.Kill();
        }
    }

    [Fact]
    public void A_name_that_is_taken_is_not_overwritten()
    {
        _place.Write("few.csv", FerFile.Text());
        _place.Does("data", "import", "few.csv");
        Refuses(["data", "import", "few.csv"], "few", "--force");
        Refuses(["data", "import", "few.csv", "--name", "../few"], "'../few'");
    }

    [Theory]
    [InlineData("model show abc", "no models yet")]
    [InlineData("model predict", "'predict'")]
    [InlineData("model show nowhere.safetensors", "nowhere.safetensors")]
    [InlineData("ledger show", "no ledger yet")]
    [InlineData("run nowhere.json", "nowhere.json")]
    [InlineData("data show nowhere", "nowhere")]
    [InlineData("data show avatars --sheet nowhere/sheet.png", "nowhere/sheet.png")]
    public void What_is_not_there_is_named(string line, string name) => Refuses(line.Split(' '), name);

    private string[] RunOn(string set, string data) => ["run", _place.Write("reading.json", Plans.Reading(set)), "--data", data];

    /// <summary>Answers with a sentence, and leaves the home as it was.</summary>
    private void Refuses(string[] arguments, params string[] named)
    {
        var before = _place.Snapshot();
        Outcome(arguments, named);
        _place.Snapshot().ShouldBe(before);
    }

    private void Outcome(string[] arguments, params string[] named)
    {
        var outcome = _place.Pbm(arguments);
        outcome.ExitCode.ShouldBe(2, outcome.ToString());
        foreach (var name in named)
        {
            outcome.Error.ShouldContain(name);
        }

        outcome.Error.ShouldNotContain("   at "); // no stack trace
    }
}
