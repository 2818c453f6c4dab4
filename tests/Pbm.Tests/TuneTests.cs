using System.Text.Json.Nodes;
using Cohort.Pbm.Tests.Processes;

namespace Cohort.Pbm.Tests;

/// <summary><c>pbm tune</c>: looks for a better plan, on training data alone.</summary>
public sealed class TuneTests : IDisposable
{
    private const string Space = """
        { "training.learningRate": { "min": 0.0001, "max": 0.1, "scale": "log" }, "training.batchSize": [4, 8] }
        """;

    private readonly Workplace _place = new();
    private readonly string _plan;
    private readonly string _space;

    public TuneTests()
    {
        _plan = _place.Write("plan.json", PlanOf(rounds: 9));
        _space = _place.Write("space.json", Space);
    }

    public void Dispose() => _place.Dispose();

    [Fact]
    public void The_best_of_all_trials_is_told_drawn_and_written_as_a_plan_that_runs()
    {
        var text = _place.Does("tune", _plan, "--space", _space, "--trials", "3", "--output", "better.json", "--plot", "trials.svg");
        text.ShouldContain("3 trials of tuned, trained on 115 samples and judged by 29 others of the training data (synthetic).");
        text.ShouldContain("trial 3, 9 rounds:");
        File.ReadAllText(_place.PathOf("trials.svg")).ShouldContain("Search for a better tuned");

        var found = _place.Json("tune", _plan, "--space", _space, "--trials", "3");
        var trials = found["trials"]!.AsArray();
        trials.Count.ShouldBe(3);
        var best = trials.MaxBy(trial => (double)trial!["accuracy"]!)!;
        ((double)found["best"]!["accuracy"]!).ShouldBe((double)best["accuracy"]!);
        trials.Select(trial => (double)trial!["values"]!["training.learningRate"]!).Distinct().Count().ShouldBe(3);

        var better = JsonNode.Parse(File.ReadAllText(_place.PathOf("better.json")))!;
        ((double)better["training"]!["learningRate"]!).ShouldBe((double)found["best"]!["values"]!["training.learningRate"]!);
        better.ToJsonString().ShouldBe(found["plan"]!.ToJsonString());
        _place.Train("better.json");
        Directory.GetDirectories(Path.Combine(_place.Home, "tune")).ShouldHaveSingleItem();
    }

    [Fact]
    public void A_trial_is_the_federated_run_of_its_plan_on_what_is_not_set_apart()
    {
        var found = _place.Json("tune", _plan, "--space", _space, "--trials", "1", "--seed", "4");
        ((int)found["trained"]!).ShouldBe(115);
        ((int)found["judged"]!).ShouldBe(29);
        var again = _place.Json("tune", _plan, "--space", _space, "--trials", "1", "--seed", "4", "--home", _place.PathOf("other"));
        again["trials"]!.ToJsonString().ShouldBe(found["trials"]!.ToJsonString());
        _place.Json("tune", _plan, "--space", _space, "--trials", "1", "--seed", "5")["trials"]!.ToJsonString()
            .ShouldNotBe(found["trials"]!.ToJsonString(), StringComparer.Ordinal);
    }

    [Fact]
    public void Halving_gives_more_rounds_to_the_best()
    {
        var found = _place.Json("tune", _plan, "--space", _space, "--trials", "9", "--method", "halving");
        var trials = found["trials"]!.AsArray();
        trials.Select(trial => (int)trial!["rounds"]!).ShouldBe([1, 1, 1, 1, 1, 1, 1, 1, 1, 3, 3, 3, 9]);
        var kept = trials.Take(9).OrderByDescending(trial => (double)trial!["accuracy"]!).ThenBy(trial => (int)trial!["trial"]!)
            .Take(3).Select(trial => (int)trial!["trial"]!);
        trials.Skip(9).Take(3).Select(trial => (int)trial!["trial"]!).ShouldBe(kept);
        ((int)found["best"]!["rounds"]!).ShouldBe(9);
    }

    [Fact]
    public void A_search_that_was_killed_goes_on_and_one_with_more_trials_begins_with_those_it_had()
    {
        var slow = _place.Write("slow.json", PlanOf(rounds: 60));
        var killed = PbmProcess.Start(_place, "tune", slow, "--space", _space, "--trials", "4");
        killed.WaitFor("trial 1, 60 rounds");
        killed.Kill();

        var continued = _place.Does("tune", slow, "--space", _space, "--trials", "4");
        continued.ShouldMatch(@"trial 1, 60 rounds: .* \(kept from before\)");
        continued.ShouldNotMatch(@"trial 4, 60 rounds: .* \(kept from before\)");
        var more = _place.Does("tune", slow, "--space", _space, "--trials", "5");
        more.ShouldMatch(@"trial 4, 60 rounds: .* \(kept from before\)");
        more.ShouldNotMatch(@"trial 5, 60 rounds: .* \(kept from before\)");
    }

    [Fact]
    public void A_search_that_was_interrupted_says_so_and_continues()
    {
        var slow = _place.Write("slow.json", PlanOf(rounds: 400));
        var interrupted = PbmProcess.Start(_place, "tune", slow, "--space", _space, "--trials", "50");
        interrupted.WaitFor("50 trials");
        interrupted.Interrupt();
        var outcome = interrupted.WaitForExit();
        outcome.ExitCode.ShouldBe(130, outcome.ToString());
        outcome.Output.ShouldContain("Stopped. The same command continues.");
    }

    [Fact]
    public void A_trial_that_fails_is_the_last_and_the_others_go_on()
    {
        var space = _place.Write("wild.json", """{ "training.learningRate": [0.01, 1e30] }""");
        var found = _place.Json("tune", _plan, "--space", space, "--trials", "6");
        var failed = found["trials"]!.AsArray().Where(trial => trial!["failure"] is not null).ToList();
        failed.ShouldNotBeEmpty();
        failed.ShouldAllBe(trial => (double)trial!["values"]!["training.learningRate"]! > 1);
        ((double)found["best"]!["values"]!["training.learningRate"]!).ShouldBe(0.01);

        var all = _place.Pbm("tune", _plan, "--space", _place.Write("all.json", """{ "training.learningRate": [1e30] }"""), "--trials", "2");
        all.ExitCode.ShouldBe(1, all.ToString());
        all.Error.ShouldContain("All trials failed");
    }

    [Theory]
    [InlineData("""{ }""", "the search space is empty")]
    [InlineData("""{ "training.learnrate": [1] }""", "a plan has no field \"training.learnrate\"")]
    [InlineData("""{ "training.momentum": [0.5, 1] }""", "(training.momentum): 1 is too large; give a number of at least 0 and below 1.")]
    public void A_space_that_cannot_be_searched_is_refused_with_the_field(string space, string expected)
        => _place.Refuses("tune", _plan, "--space", _place.Write("bad.json", space)).ShouldContain(expected);

    [Fact]
    public void What_cannot_be_is_refused_before_anything_is_trained()
    {
        _place.Refuses("tune", _plan, "--space", "nowhere.json").ShouldContain("nowhere.json: the search space cannot be read");
        _place.Refuses("tune", _plan, "--space", _space, "--trials", "0").ShouldContain("--trials takes 1 to 10,000.");
        _place.Refuses("tune", _plan, "--space", _space, "--validation", "1").ShouldContain("--validation takes a share");
        _place.Refuses("tune", _plan, "--space", _space, "--output", _plan).ShouldContain("plan.json exists already");
        _place.Refuses("tune", _plan, "--space", _space, "--plot", "trials.gif").ShouldContain(".svg or .png");
        _place.Refuses("tune", _place.Write("private.json", Plans.Private()), "--space", _space).ShouldContain("search without noise");
        Directory.Exists(_place.Home).ShouldBeFalse();
    }

    private static string PlanOf(int rounds) => $$"""
        {
          "name": "tuned",
          "seed": 3,
          "network": "logistic",
          "data": { "set": "avatars", "avatars": { "samplesPerStudent": 24, "testStudents": 2 } },
          "students": { "count": 6, "partition": "byPerson" },
          "groups": { "count": 2 },
          "rounds": { "count": {{rounds}} },
          "evaluation": { "everyRounds": 1000 }
        }
        """;
}
