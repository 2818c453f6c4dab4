using System.Text.Json.Nodes;
using Cohort.Pbm.Tests.Processes;

namespace Cohort.Pbm.Tests;

/// <summary>Cross-validation by the command, in processes that are killed too.</summary>
public sealed class KfoldTests : IDisposable
{
    private readonly Workplace _place = new();

    public KfoldTests() => _place.Write("plan.json", Plan(rounds: 4));

    public void Dispose() => _place.Dispose();

    [Theory]
    [InlineData]
    [InlineData("--central", "--epochs", "2")]
    public void Each_fold_has_a_model_under_its_hash_and_figures_have_mean_and_spread(params string[] training)
    {
        var report = _place.Json(["kfold", "plan.json", "--k", "3", "--csv", "folds.csv", .. training]);
        var folds = report["folds"]!.AsArray();
        folds.Sum(fold => (int)fold!["test"]!).ShouldBe(96);
        ((int)report["samples"]!).ShouldBe(96);
        foreach (var fold in folds)
        {
            ((int)fold!["train"]! + (int)fold["test"]!).ShouldBe(96);
            ((string)_place.Json("model", "show", (string)fold["model"]!)["model"]!).ShouldBe((string)fold["model"]!);
        }

        var accuracy = report["figures"]![0]!["over"]!;
        double[] values = [.. folds.Select(fold => (double)fold!["accuracy"]!)];
        ((double)accuracy["mean"]!).ShouldBe(values.Average(), 1e-12);
        ((double)accuracy["most"]!).ShouldBe(values.Max());
        ((double)accuracy["low"]!).ShouldBeLessThanOrEqualTo((double)accuracy["mean"]!);
        File.ReadAllLines(_place.PathOf("folds.csv")).Length.ShouldBe(4);
        File.ReadAllLines(Path.Combine((string)report["folder"]!, "folds.csv")).Length.ShouldBe(97);
    }

    [Fact]
    public void By_person_nobody_is_in_two_folds()
    {
        var report = _place.Json("kfold", "plan.json", "--k", "3", "--by", "person", "--central", "--epochs", "1");
        var rows = File.ReadAllLines(Path.Combine((string)report["folder"]!, "folds.csv")).Skip(1).Select(row => row.Split(','));
        rows.Select(row => (Person: row[3], Fold: row[5])).Distinct().CountBy(row => row.Person, StringComparer.Ordinal).ShouldAllBe(count => count.Value == 1);
    }

    [Fact]
    public void A_fold_that_is_done_is_not_trained_again_unless_that_is_asked_for()
    {
        var first = _place.Json("kfold", "plan.json", "--k", "2", "--central", "--epochs", "1");
        var folder = (string)first["folder"]!;
        var done = File.GetLastWriteTimeUtc(Path.Combine(folder, "fold-1.json"));
        _place.Does("kfold", "plan.json", "--k", "2", "--central", "--epochs", "1").ShouldContain("done before");
        File.GetLastWriteTimeUtc(Path.Combine(folder, "fold-1.json")).ShouldBe(done);
        var again = _place.Json("kfold", "plan.json", "--k", "2", "--central", "--epochs", "1", "--fresh");
        File.GetLastWriteTimeUtc(Path.Combine(folder, "fold-1.json")).ShouldNotBe(done);
        again.ToJsonString().ShouldBe(first.ToJsonString());
        ((string)_place.Json("kfold", "plan.json", "--k", "2", "--central", "--epochs", "1", "--seed", "9")["folder"]!).ShouldNotBe(folder, StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("--central --epochs 60")]
    public void Killed_and_continued_it_gives_the_models_of_an_undisturbed_one(string training)
    {
        _place.Write("long.json", Plan(rounds: 60));
        string[] line = ["kfold", "long.json", "--k", "2", .. training.Split(' ', StringSplitOptions.RemoveEmptyEntries)];
        var calm = _place.Json([.. line, "--home", "calm"]);

        string[] disturbed = [.. line, "--home", "disturbed"];
        for (var kills = 0; kills < 2; kills++)
        {
            var process = PbmProcess.Start(_place, disturbed);
            var marks = Marks();
            var deadline = DateTime.UtcNow + PbmProcess.Patience;
            while (Marks() < marks + 2 && !process.HasExited && DateTime.UtcNow < deadline)
            {
                Thread.Sleep(5);
            }

            process.Kill();
        }

        var continued = _place.Json(disturbed);
        Models(continued).ShouldBe(Models(calm));

        // What changes on disk while a fold trains: models of rounds, or the checkpoint of epochs.
        int Marks()
        {
            var folder = _place.PathOf("disturbed/kfold");
            return Directory.Exists(folder)
                ? Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Count() + Directory.EnumerateFiles(folder, "fold-*.json", SearchOption.AllDirectories).Count()
                : 0;
        }

        static string[] Models(JsonObject report) => [.. report["folds"]!.AsArray().Select(fold => (string)fold!["model"]!)];
    }

    [Theory]
    [InlineData("--k 1", "2 or more")]
    [InlineData("--k 0", "--k takes 1 to")]
    [InlineData("--k 97", "97 folds cannot be cut of 96 samples")]
    [InlineData("--k 9 --by person", "there are 8 persons")]
    [InlineData("--by group", "person")]
    [InlineData("--central --federated", "two ways to train")]
    [InlineData("--epochs 3", "--epochs is for --central")]
    public void What_cannot_be_cut_is_refused_before_anything_is_trained(string options, string sentence)
    {
        _place.Refuses(["kfold", "plan.json", .. options.Split(' ')]).ShouldContain(sentence);
        Directory.Exists(Path.Combine(_place.Home, "kfold")).ShouldBeFalse();
    }

    [Fact]
    public void Persons_that_nobody_knows_and_a_class_that_no_fold_has_are_told()
    {
        _place.Write("few.csv", string.Join('\n', FerFile.Text().Split('\n').Where((row, i) => i is < 12 or > 19)) + "\n");
        _place.Write("fer.json", Plans.Reading("fer2013"));
        _place.Refuses("kfold", "fer.json", "--data", "few.csv", "--k", "3", "--by", "person").ShouldContain("do not say who is in them");
        _place.Does("kfold", "fer.json", "--data", "few.csv", "--k", "3", "--central", "--epochs", "1").ShouldContain("there is no sample of disgust");
    }

    [Fact]
    public void The_table_fits_80_columns()
        => PbmProcess.Start(_place, columns: 80, "kfold", "plan.json", "--k", "2", "--central", "--epochs", "1").WaitForExit().Output
            .Split('\n').Where(row => row.Contains('│', StringComparison.Ordinal)).Max(row => row.TrimEnd().Length).ShouldBeLessThanOrEqualTo(80);

    private static string Plan(int rounds) => $$"""
        {
          "name": "faces",
          "network": "logistic",
          "data": { "set": "avatars", "avatars": { "samplesPerStudent": 12, "testStudents": 3 } },
          "students": { "count": 8, "partition": "byPerson" },
          "groups": { "count": 2 },
          "training": { "learningRate": 0.01 },
          "rounds": { "count": {{rounds}} },
          "evaluation": { "everyRounds": 100 }
        }
        """;
}
