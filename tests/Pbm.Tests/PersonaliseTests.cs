using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Cohort.Model.Data;
using Cohort.Model.Files;
using Cohort.Model.Plans;
using Cohort.Model.Training;
using Cohort.Pbm.Tests.Processes;
using Cohort.Seed.Ledger;

namespace Cohort.Pbm.Tests;

/// <summary>Students make a finished run's model their own, and are judged on what they kept from training.</summary>
public sealed class PersonaliseTests(PersonaliseTests.TrainedRun run) : IClassFixture<PersonaliseTests.TrainedRun>
{
    private readonly Workplace _place = run.Place;

    [Fact]
    public void The_accuracies_of_both_models_are_a_distribution_over_the_students()
    {
        var report = Judged("--method", "fineTune", "--with", "epochs=8,learningRate=0.05");
        ((string)report["method"]!).ShouldBe("fineTune");
        report["settings"]!.ToJsonString().ShouldBe("""{"epochs":8,"learningRate":0.05}""");
        var students = report["accuracies"]!.AsArray();
        ((int)report["students"]!).ShouldBe(6);
        students.Count.ShouldBe(6);
        students.Sum(student => (int)student!["heldOut"]!).ShouldBe((int)report["heldOut"]!);

        foreach (var model in new[] { "global", "personal" })
        {
            var accuracies = students.Select(student => (double)student![model]!).Order().ToArray();
            var distribution = report[model]!;
            ((double)distribution["mean"]!).ShouldBe(accuracies.Average(), 1e-12);
            ((double)distribution["worstTenth"]!).ShouldBe(accuracies[0], 1e-12);
            ((double)distribution["median"]!).ShouldBe((accuracies[2] + accuracies[3]) / 2, 1e-12);
            distribution["histogram"]!.AsArray().Sum(count => (int)count!).ShouldBe(6);
        }

        ((double)report["commonestMean"]!).ShouldBe(students.Average(student => (double)student!["commonest"]!), 1e-12);
        ((double)report["personal"]!["mean"]!).ShouldBeGreaterThan((double)report["global"]!["mean"]!);
        ((int)report["gained"]!).ShouldBe(students.Count(student => (int)student!["personalCorrect"]! > (int)student["globalCorrect"]!));
        ((int)report["lost"]!).ShouldBe(students.Count(student => (int)student!["personalCorrect"]! < (int)student["globalCorrect"]!));
    }

    [Fact]
    public void The_run_the_plan_and_the_newest_run_say_the_same_and_so_does_a_second_call()
    {
        var first = Judged().ToJsonString();
        Judged().ToJsonString().ShouldBe(first);
        Judged("--run", "own-1").ToJsonString().ShouldBe(first);
        Judged("--plan", "own.json").ToJsonString().ShouldBe(first);
    }

    [Fact]
    public void The_plan_s_method_counts_where_no_other_is_named_and_keeps_its_numbers_where_it_is()
    {
        ((string)Judged()["method"]!).ShouldBe("ditto");
        Judged("--with", "epochs=1")["settings"]!.ToJsonString().ShouldBe("""{"epochs":1,"lambda":0.5,"learningRate":0.01}""");
        var none = Judged("--method", "none");
        none["personal"]!.ToJsonString().ShouldBe(none["global"]!.ToJsonString());
        ((int)none["gained"]!, (int)none["lost"]!).ShouldBe((0, 0));
    }

    [Fact]
    public void Students_are_those_named_or_as_many_as_asked_for()
    {
        Numbers(Judged("--students", "4,0-1")).ShouldBe([0, 1, 4]);
        var drawn = Judged("--most", "2");
        Numbers(drawn).Count.ShouldBe(2);
        ((int)drawn["able"]!).ShouldBe(6);

        var all = Judged()["accuracies"]!.AsArray();
        foreach (var student in drawn["accuracies"]!.AsArray())
        {
            student!.ToJsonString().ShouldBe(all[(int)student["student"]!]!.ToJsonString());
        }
    }

    [Fact]
    public void People_read_a_table_and_programs_a_line_for_each_student()
    {
        var report = Judged();
        var said = _place.Does("model", "personalise", run.Model, "--csv", "own.csv");
        said.ShouldContain("personal models by ditto (epochs 5, lambda 0.5, learningRate 0.01)");
        said.ShouldContain(((double)report["personal"]!["mean"]!).ToString("P2", CultureInfo.InvariantCulture));
        said.ShouldContain("90 to 100 %");
        said.ShouldContain($"{report["gained"]} student");

        var lines = File.ReadAllLines(_place.PathOf("own.csv"));
        lines[0].ShouldBe("student,trained,heldOut,globalCorrect,personalCorrect,globalAccuracy,personalAccuracy");
        lines.Length.ShouldBe(7);
        foreach (var (student, line) in report["accuracies"]!.AsArray().Zip(lines.Skip(1)))
        {
            string[] cells = [.. new[] { "student", "trained", "heldOut", "globalCorrect", "personalCorrect", "global", "personal" }.Select(name => student![name]!.ToJsonString())];
            line.ShouldBe(string.Join(',', cells));
        }
    }

    [Fact]
    public void A_chart_has_a_point_for_each_student_and_says_the_figures()
    {
        var report = Judged("--plot", "own.svg");
        var chart = XDocument.Load(_place.PathOf("own.svg"));
        XNamespace svg = "http://www.w3.org/2000/svg";
        var texts = chart.Descendants(svg + "text").Select(text => text.Value).ToList();
        texts.ShouldContain("Personal models of 6 students", StringComparer.Ordinal);
        texts.ShouldContain(((double)report["personal"]!["worstTenth"]!).ToString("P2", CultureInfo.InvariantCulture), StringComparer.Ordinal);
        chart.Descendants(svg + "polygon").Count(shape => ((string)shape.Attribute("points")!).Split(' ').Length > 4).ShouldBe(6); // round ones

        _place.Does("model", "personalise", run.Model, "--plot", "own.png");
        var pixels = new byte[256 * 256];
        Vision.Decode(_place.PathOf("own.png"), 256, pixels);
        pixels.Count(pixel => pixel > 250).ShouldBeGreaterThan(256 * 128); // dark on white
        pixels.Count(pixel => pixel < 130).ShouldBeGreaterThan(500);
    }

    [Theory]
    [InlineData("--students 6", "there is no student \"6\"; the plan has those from 0 to 5")]
    [InlineData("--students 0,x", "there is no student \"x\"")]
    [InlineData("--students 3-1", "\"3-1\" ends before it begins")]
    [InlineData("--most 0", "--most")]
    [InlineData("--method magic", "magic")]
    [InlineData("--method fineTune --with lambda=1", "fineTune has no number \"lambda\"; it takes epochs, learningRate")]
    [InlineData("--method none --with epochs=1", "it takes none")]
    [InlineData("--with lambda=much", "\"much\" is no number")]
    [InlineData("--with lambda=-1", "personalisation.lambda")]
    [InlineData("--with epochs=1.5", "personalisation.epochs")]
    [InlineData("--with learningRate=1e30", "student 0 has no personal model: its loss became")]
    [InlineData("--plot own.pdf", "charts are drawn as .svg or .png")]
    [InlineData("--csv absent/own.csv", "absent/own.csv")]
    [InlineData("--plan absent.json", "absent.json")]
    [InlineData("--plan own.json --run own-1", "leave one out")]
    [InlineData("--plan other-network.json", "is a logistic, and the plan other trains a cnn2-small")]
    [InlineData("--plan other-students.json", "was trained by run own-1, whose plan says otherwise than own who holds which samples")]
    [InlineData("--run absent-1", "There is no run 'absent-1'")]
    [InlineData("--run whole-2", "Run whole-2 did not make model")]
    [InlineData("--data other.csv", "The data other holds other samples than run own-1 was trained on")]
    [InlineData("--data animals", "Give the --plan and the --data that it was trained with")]
    public void What_cannot_be_judged_is_named_and_nothing_is_printed_or_written(string options, string expected)
    {
        _place.Write("other-network.json", TrainedRun.Plan(name: "other", network: "cnn2-small"));
        _place.Write("other-students.json", TrainedRun.Plan(holdOut: 0.4));
        _place.Write("other.csv", FerFile.Text(trainPerClass: 21));
        Refused([run.Model, .. options.Split(' ')], expected);
        File.Exists(_place.PathOf("own.pdf")).ShouldBeFalse();
    }

    [Fact]
    public void A_model_whose_students_kept_nothing_is_refused()
    {
        Refused([run.Whole], "By plan whole students keep no sample from training (students.holdOut is 0)");
        Refused([run.Whole, "--plan", "own.json"], "was trained by run whole-2, whose plan says otherwise");
        Refused(["ffffffffff"], "ffffffffff");
    }

    [Fact]
    public void By_fedPer_each_student_is_judged_by_the_base_and_its_own_last_layer_from_the_run_s_store()
    {
        using var place = new Workplace();
        place.Write("faces.csv", FerFile.Text(trainPerClass: 20));
        var text = TrainedRun.Plan(name: "layers", network: "2nn", method: "none")
            .Replace("\"batchSize\": 5", "\"batchSize\": 5, \"algorithm\": \"fedPer\"", StringComparison.Ordinal)
            .Replace("{ \"count\": 2 },\n  \"personalisation\"", "{ \"count\": 5, \"clientFraction\": 0.5 },\n  \"personalisation\"", StringComparison.Ordinal);
        var hash = place.Train(place.Write("layers.json", text), "--data", "faces.csv");
        var report = place.Json("model", "personalise", hash);
        ((string)report["algorithm"]!).ShouldBe("fedPer");
        ((double)report["personal"]!["mean"]!).ShouldBeGreaterThan((double)report["global"]!["mean"]!);

        var (plan, store) = (Plan.Parse(text, "layers.json"), new ModelStore(Path.Combine(place.Home, "models")));
        var population = Population.Create(plan, PlannedData.Load(plan, place.PathOf("faces.csv")).Data);
        var (network, model) = (population.NetworkOf(plan), store.Load(ModelHash.Parse(hash)));
        var first = InitialModel.Create(network, 3).Parameters;
        model.Parameters[^1407..].ShouldBe(first[^1407..]); // 200 x 7 + 7, which nobody has trained
        model.Parameters.ShouldNotBe(first);

        using var ledger = SqliteLedger.OpenToRead(place.Home);
        foreach (var student in report["accuracies"]!.AsArray())
        {
            var number = (int)student!["student"]!;
            var last = ledger.Rounds("layers-1").Last(round => round.Participants.Contains(number)).Round;
            var own = MemoryMarshal.Cast<byte, float>(store.Memories.Load("layers-1", last, [number])[number]).ToArray();
            using var evaluator = new Evaluator(
                network, new SampleSubset(population.Data.Train, population.HeldOut.SamplesOf(number).ToArray()), new PixelScale(0.5, 0.5), "cpu", threads: 1);
            evaluator.Evaluate([.. model.Parameters[..^1407], .. own]).Accuracy.ShouldBe((double)student["personal"]!, 1e-12);
        }

        place.Does("model", "personalise", hash, "--method", "fineTune").ShouldContain("personal models by fedPer, then fineTune (epochs 5");
        place.Refuses("model", "personalise", hash, "--plan", "layers.json").ShouldContain("leave --plan out, or name the run with --run");
        Array.ForEach(Directory.GetFiles(Path.Combine(place.Home, "models"), "layers-1.*.students.safetensors"), File.Delete);
        place.Refuses("model", "personalise", hash).ShouldContain("what students remember of round");
    }

    private void Refused(string[] options, string expected)
    {
        var outcome = _place.Pbm(["model", "personalise", .. options]);
        outcome.ExitCode.ShouldBe(2, outcome.ToString());
        outcome.Error.ShouldContain(expected);
        outcome.Error.ShouldNotContain("   at ");
        outcome.Output.ShouldNotContain("accuracy");
    }

    private JsonObject Judged(params string[] options) => _place.Json(["model", "personalise", run.Model, .. options]);

    private static List<int> Numbers(JsonObject report) => [.. report["accuracies"]!.AsArray().Select(student => (int)student!["student"]!)];

    public sealed class TrainedRun : IDisposable
    {
        public TrainedRun()
        {
            Place.Write("faces.csv", FerFile.Text(trainPerClass: 20));
            Place.Does("data", "show", "avatars", "--sheet", "face.png");
            foreach (var folder in new[] { "train/cat", "train/dog", "test/cat", "test/dog" })
            {
                Directory.CreateDirectory(Place.PathOf($"animals/{folder}"));
                File.Copy(Place.PathOf("face.png"), Place.PathOf($"animals/{folder}/1.png"));
            }

            Model = Place.Train(Place.Write("own.json", Plan()), "--data", "faces.csv")[..12];
            Whole = Place.Train(Place.Write("whole.json", Plan(name: "whole", holdOut: 0, method: "none")), "--data", "faces.csv")[..12];
        }

        public Workplace Place { get; } = new();

        /// <summary>Trained by students that kept samples.</summary>
        public string Model { get; }

        /// <summary>Trained by students that kept none.</summary>
        public string Whole { get; }

        public static string Plan(string name = "own", string network = "logistic", double holdOut = 0.25, string method = "ditto")
            => string.Create(CultureInfo.InvariantCulture, $$"""
            {
              "name": "{{name}}",
              "seed": 3,
              "network": "{{network}}",
              "data": { "set": "fer2013", "path": "faces.csv", "dropDuplicates": false },
              "students": { "count": 6, "partition": "shards", "holdOut": {{holdOut}} },
              "groups": { "count": 2 },
              "training": { "learningRate": 0.01, "batchSize": 5 },
              "rounds": { "count": 2 },
              "personalisation": { "method": "{{method}}"{{(method is "ditto" ? ", \"lambda\": 0.5" : "")}} }
            }
            """);

        public void Dispose() => Place.Dispose();
    }
}
