using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Cohort.Pbm.Tests.Processes;

namespace Cohort.Pbm.Tests;

/// <summary>What the commands say about one finished run.</summary>
public sealed class CommandTests(CommandTests.FinishedRun run) : IClassFixture<CommandTests.FinishedRun>
{
    private readonly Workplace _place = run.Place;
    private readonly JsonObject _result = run.Result;

    [Fact]
    public void A_run_prints_its_figures_as_json()
    {
        string[] expected =
            ["modelHash", "rounds", "accuracy", "macroF1", "lossTest", "participants", "trainSeconds", "wallSeconds"];
        foreach (var name in expected)
        {
            _result.ContainsKey(name).ShouldBeTrue(name);
        }

        ((int)_result["rounds"]!).ShouldBe(10);
        ((int)_result["participants"]!).ShouldBe(40); // 10 rounds of 4 of 6 students
        ((double)_result["accuracy"]!).ShouldBeInRange(0, 1);
        ((double)_result["wallSeconds"]!).ShouldBeGreaterThan(0);
    }

    [Fact]
    public void Measuring_the_model_again_gives_the_figures_of_the_run()
    {
        var measured = _place.Json("model", "eval", Hash[..10]);
        ((double)measured["accuracy"]!).ShouldBe((double)_result["accuracy"]!);
        ((double)measured["macroF1"]!).ShouldBe((double)_result["macroF1"]!);
        ((double)measured["loss"]!).ShouldBe((double)_result["lossTest"]!, 1e-12);
        measured["confusion"]!.AsArray().Sum(row => row!.AsArray().Sum(count => (long)count!))
            .ShouldBe((long)measured["samples"]!);
    }

    [Fact]
    public void What_a_model_is_measured_by_comes_with_how_sure_it_is_and_is_the_same_again()
    {
        var measured = _place.Json("model", "eval", Hash[..10], "--resamples", "200");

        var interval = measured["intervals"]!["accuracy"]!;
        ((double)interval["low"]!).ShouldBeLessThanOrEqualTo((double)measured["accuracy"]!);
        ((double)interval["high"]!).ShouldBeGreaterThanOrEqualTo((double)measured["accuracy"]!);
        measured["intervals"]!["recalls"]!.AsArray().Count.ShouldBe(measured["classes"]!.AsArray().Count);
        var bins = measured["calibration"]!["bins"]!.AsArray();
        bins.Sum(bin => (long)bin!["samples"]!).ShouldBe((long)measured["samples"]!);
        bins.Sum(bin => (long)bin!["samples"]! * (double)bin["accuracy"]!).ShouldBe((long)measured["samples"]! * (double)measured["accuracy"]!, 1e-6);
        _place.Json("model", "eval", Hash[..10], "--resamples", "200").ToJsonString().ShouldBe(measured.ToJsonString());
        _place.Json("model", "eval", Hash[..10], "--resamples", "0")["intervals"].ShouldBeNull();
    }

    [Fact]
    public void The_ledger_shows_every_round_of_the_run()
    {
        var shown = _place.Json("ledger", "show", "faces-1");
        var rounds = shown["rounds"]!.AsArray();
        rounds.Select(round => (int)round!["round"]!).ShouldBe(Enumerable.Range(1, 10));
        ((string)rounds[^1]!["model"]!).ShouldBe(Hash);
        ((string)rounds[^1]!["parent"]!).ShouldBe((string)rounds[^2]!["model"]!);
        ((string)rounds[0]!["epsilon"]!).ShouldBe("not accounted");
        ((string)shown["run"]!["status"]!).ShouldBe("finished");
    }

    [Fact]
    public void Models_are_found_by_run_and_by_the_first_digits_of_their_hash()
    {
        var listed = _place.Json("model", "list", "--run", "faces-1")["models"]!.AsArray();
        listed.Select(model => (string)model!["model"]!).ShouldContain(Hash, StringComparer.Ordinal);

        var shown = _place.Json("model", "show", Hash[..10]);
        ((string)shown["model"]!).ShouldBe(Hash);
        ((int)shown["round"]!).ShouldBe(10);
        shown["tensors"]!.AsArray().Sum(Values).ShouldBe((int)shown["parameters"]!);

        static int Values(JsonNode? tensor) => tensor!["shape"]!.AsArray().Aggregate(1, (product, size) => product * (int)size!);
    }

    [Fact]
    public void Groups_are_shown_as_the_run_formed_them()
    {
        var formed = _place.Json("groups", "show", "faces.json")["formed"]!;
        var said = Regex.Match(
            _place.Does("run", "faces.json", "--fresh", "--rounds", "1", "--home", "other"),
            "mean (?<mean>[0-9.]+), worst (?<worst>[0-9.]+) nats",
            RegexOptions.ExplicitCapture,
            TimeSpan.FromSeconds(1));
        said.Groups["mean"].Value.ShouldBe(((double)formed["meanKl"]!).ToString("F4", CultureInfo.InvariantCulture));
        said.Groups["worst"].Value.ShouldBe(((double)formed["worstKl"]!).ToString("F4", CultureInfo.InvariantCulture));
        formed["groups"]!.AsArray().Sum(group => (int)group!["students"]!).ShouldBe(6);
    }

    [Fact]
    public void A_data_set_is_counted_by_class_and_its_duplicates_are_found()
    {
        var twice = FerFile.Row(3, 300, "Training"); // the first happy training picture
        var text = $"{FerFile.Text(trainPerClass: 5, testPerClass: 2)}{twice}\n{FerFile.Row(3, 301, "PublicTest")}\n";
        var shown = _place.Json("data", "show", _place.Write("some.csv", text));
        ((int)shown["train"]!).ShouldBe(36);
        ((int)shown["test"]!).ShouldBe(15);
        var happy = shown["classes"]![3]!;
        ((string)happy["name"]!).ShouldBe("happy");
        ((int)happy["train"]!).ShouldBe(6);
        ((int)happy["test"]!).ShouldBe(3);
        ((int)shown["duplicates"]!["testInTrain"]!).ShouldBe(1);
        ((int)shown["duplicates"]!["withinTrain"]!).ShouldBe(1);
        ((bool)shown["synthetic"]!).ShouldBeFalse();
    }

    [Fact]
    public void The_built_in_faces_are_called_synthetic_and_fill_a_contact_sheet()
    {
        _place.Does("data", "show", "avatars", "--sheet", "faces.png").ShouldContain("synthetic");
        File.ReadAllBytes(_place.PathOf("faces.png"))[1..4].ShouldBe("PNG"u8.ToArray());
    }

    [Fact]
    public void A_plan_is_explained_field_by_field_and_as_a_whole()
    {
        var explained = _place.Json("plan", "explain", "faces.json");
        var rate = explained["fields"]!.AsArray()
            .Single(field => string.Equals((string)field!["path"]!, "training.learningRate", StringComparison.Ordinal))!;
        ((string)rate["value"]!).ShouldBe("0.05");
        ((string)explained["summary"]!).ShouldStartWith("6 students train the network cnn2-small");
        _place.Does("plan", "check", "faces.json").ShouldContain("in order");
        JsonNode.Parse(_place.Does("plan", "schema"))!["properties"]!.AsObject().ContainsKey("training").ShouldBeTrue();
    }

    [Theory]
    [InlineData("ledger show")]
    [InlineData("ledger show faces-1")]
    [InlineData("model list")]
    [InlineData("model show HASH")]
    [InlineData("model eval HASH")]
    [InlineData("groups show faces.json")]
    [InlineData("data show avatars")]
    [InlineData("plan explain faces.json")]
    public void Tables_fit_80_columns_without_colours_and_with_whole_hashes(string line)
    {
        var output = PbmProcess.Start(_place, columns: 80, line.Replace("HASH", Hash[..10], StringComparison.Ordinal).Split(' '))
            .WaitForExit().Output;
        output.ShouldNotBeEmpty();
        output.ShouldNotContain("\u001b");
        output.Split('\n').Max(row => row.TrimEnd().Length).ShouldBeLessThanOrEqualTo(80);
        if (!line.StartsWith("groups", StringComparison.Ordinal) && line.Contains("model", StringComparison.Ordinal))
        {
            output.ShouldContain(Hash[..12]);
        }
    }

    [Theory]
    [InlineData("run --help")]
    [InlineData("groups show --help")]
    [InlineData("model eval --help")]
    public void Help_fits_80_columns(string line)
        => PbmProcess.Start(_place, columns: 80, line.Split(' ')).WaitForExit().Output
            .Split('\n').Max(row => row.TrimEnd().Length).ShouldBeLessThanOrEqualTo(80);

    private string Hash => (string)_result["modelHash"]!;

    /// <summary>A small plan, trained once.</summary>
    public sealed class FinishedRun : IDisposable
    {
        public FinishedRun() => Result = Place.Json("run", Place.Write("faces.json", Plans.Faces));

        public Workplace Place { get; } = new();

        public JsonObject Result { get; }

        public void Dispose() => Place.Dispose();
    }
}
