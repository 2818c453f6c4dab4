using System.Text.Json.Nodes;
using Cohort.Pbm.Tests.Processes;

namespace Cohort.Pbm.Tests;

/// <summary>A run is a function of seed, plan and data, and nothing finished is lost (docs/design.md, properties 1 and 2).</summary>
public sealed class SamenessTests : IClassFixture<SamenessTests.OneRun>, IDisposable
{
    private readonly Workplace _place = new();
    private readonly string _plan;
    private readonly string _expected;

    public SamenessTests(OneRun run)
    {
        _plan = _place.Write("faces.json", Plans.Faces);
        _expected = run.Model;
    }

    public void Dispose() => _place.Dispose();

    [Fact]
    public void A_run_from_an_earlier_model_begins_where_that_one_ended_and_is_a_run_of_its_own()
    {
        var plan = _place.Write("faces.json", Plans.Faces);
        var first = _place.Train(plan);

        var second = (string)_place.Json("run", plan, "--from", first[..12])["modelHash"]!;

        second.ShouldNotBe(first, StringComparer.Ordinal);
        ((string)_place.Json("run", plan, "--from", first[..12])["modelHash"]!).ShouldBe(second); // the same start, the same end
        _place.Train(plan).ShouldBe(first);
        var nowhere = _place.Pbm("run", plan, "--from", "0000");
        nowhere.ExitCode.ShouldBe(2, nowhere.ToString());
        nowhere.Error.ShouldContain("no model's hash begins with");
    }

    [Fact]
    public void The_same_plan_and_seed_give_the_same_model()
        => _place.Train(_plan, "--slots", "1").ShouldBe(_expected);

    [Fact]
    public void Two_slots_give_the_same_model_as_one()
        => _place.Train(_plan, "--slots", "2").ShouldBe(_expected);

    [Fact]
    public void Another_seed_gives_another_model()
        => _place.Train(_plan, "--slots", "1", "--seed", "4").ShouldNotBe(_expected, StringComparer.Ordinal);

    [Fact]
    public void A_run_that_was_killed_is_continued_and_gives_the_same_model()
    {
        var killed = PbmProcess.Start(_place, "run", _plan, "--slots", "1");
        _place.WaitForRounds(2, killed);
        killed.Kill();

        var continued = _place.Does("run", _plan, "--slots", "2");
        continued.ShouldMatch("Continuing run faces-1 with round ([3-9]|10) of 10");
        LastModel().ShouldBe(_expected);
    }

    [Fact]
    public void A_run_that_was_interrupted_stops_after_its_round_and_continues_to_the_same_model()
    {
        var interrupted = PbmProcess.Start(_place, "run", _plan, "--slots", "1");
        _place.WaitForRounds(2, interrupted);
        interrupted.Interrupt();

        var outcome = interrupted.WaitForExit();
        outcome.ExitCode.ShouldBe(130, outcome.ToString());
        outcome.Output.ShouldContain("Stopped. The same command continues run faces-1.");
        ((string)_place.Json("ledger", "show", "faces-1")["run"]!["status"]!).ShouldBe("stopped");

        _place.Train(_plan).ShouldBe(_expected);
    }

    [Fact]
    public void A_set_that_was_imported_trains_the_same_model_as_the_file_it_came_from()
    {
        var plan = _place.Write("reading.json", Plans.Reading("fer2013"));
        var data = _place.Write("few.csv", FerFile.Text());
        var fromFile = _place.Train(plan, "--data", data);

        _place.Does("data", "import", data, "--name", "kept");
        File.Delete(_place.PathOf(data));
        _place.Train(plan, "--data", "kept").ShouldBe(fromFile);
    }

    [Theory]
    [InlineData("fedProx", "quantise")]
    [InlineData("fedNova", "topK")]
    public void However_students_train_and_compress_two_slots_give_the_model_and_the_bytes_of_one(string algorithm, string compression)
    {
        var plan = _place.Write("compressed.json", Plans.Compressed(algorithm, compression));

        var (one, two) = (_place.Json("run", plan, "--slots", "1"), _place.Json("run", plan, "--slots", "2", "--fresh"));

        ((string)two["modelHash"]!).ShouldBe((string)one["modelHash"]!);
        var bytes = (long)one["updateBytes"]!;
        ((long)two["updateBytes"]!).ShouldBe(bytes);
        var values = (long)one["participants"]! * ((48 * 48 * 7) + 7);
        bytes.ShouldBeInRange(values / 8, values * 17 / 32, "4 bits a value and a bucket's step at most, where there were 32");
    }

    [Theory]
    [InlineData("scaffold", "logistic")]
    [InlineData("errorFeedback", "logistic")]
    [InlineData("fedPer", "2nn")]
    [InlineData("fedBuff", "logistic")]
    public void What_lies_between_rounds_gives_the_same_model_on_one_slot_and_two_and_after_the_run_was_killed(string remembered, string network)
    {
        var plan = _place.Write("remembering.json", Plans.Remembering(remembered, network));
        var killed = PbmProcess.Start(_place, "run", plan, "--slots", "2");
        _place.WaitForRounds(2, killed);
        killed.Kill();

        var continued = _place.Train(plan, "--slots", "2");

        _place.Train(plan, "--slots", "1", "--fresh").ShouldBe(continued);
        _place.Train(_place.Write("forgetful.json", Plans.Remembering("nothing", network)), "--slots", "2").ShouldNotBe(continued, StringComparer.Ordinal);
    }

    [Theory]
    [InlineData(9, "")]
    [InlineData(12, """, "mode": "fedBuff", "concurrency": 2, "clientFraction": 0.834""")] // 10 of 12, so that no group is too small for a secure sum
    public void Secure_aggregation_gives_the_model_that_the_same_plan_gives_without(int students, string mode)
        => _place.Train(_place.Write("secure.json", Plans.Clipped(secure: true, rounds: 6, students: students, mode: mode)), "--slots", "2")
            .ShouldBe(_place.Train(_place.Write("plain.json", Plans.Clipped(secure: false, rounds: 6, students: students, mode: mode))));

    [Fact]
    public void Secure_aggregation_gives_the_model_of_those_who_stay_where_others_fall_silent()
    {
        var secure = _place.Train(_place.Write("secure.json", Plans.Clipped(secure: true, rounds: 1, dropout: 0.3)));
        var plain = _place.Train(_place.Write("plain.json", Plans.Clipped(secure: false, rounds: 1, dropout: 0.3)));
        secure.ShouldBe(plain);
        foreach (var run in (string[])["clipped-1", "clipped-2"])
        {
            ((JsonArray)_place.Json("ledger", "show", run)["rounds"]![0]!["missing"]!).Count.ShouldBeInRange(1, 3);
        }
    }

    private string LastModel() => (string)_place.Json("ledger", "show", "faces-1")["run"]!["model"]!;

    /// <summary>One run from beginning to end, which the others are compared with.</summary>
    public sealed class OneRun : IDisposable
    {
        private readonly Workplace _place = new();

        public OneRun() => Model = _place.Train(_place.Write("faces.json", Plans.Faces), "--slots", "1");

        public string Model { get; }

        public void Dispose() => _place.Dispose();
    }
}
