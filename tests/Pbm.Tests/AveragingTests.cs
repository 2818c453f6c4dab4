using Cohort.Model.Files;
using Cohort.Pbm.Tests.Processes;
using Cohort.Seed.Ledger;

namespace Cohort.Pbm.Tests;

/// <summary><c>server.averaging</c>: the last model is a moving mean of all rounds', and training goes on from what rounds made.</summary>
public sealed class AveragingTests : IDisposable
{
    private const double Decay = 0.6;

    private readonly Workplace _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public void The_last_model_is_the_mean_of_the_models_that_the_same_run_makes_without_it()
    {
        var plain = ModelsOf(PlanOf(averaging: false));
        var averaged = ModelsOf(PlanOf(averaging: true));
        averaged.Count.ShouldBe(5);
        averaged.SkipLast(1).Select(model => model.Parameters).ShouldBe(plain.SkipLast(1).Select(model => model.Parameters));

        var mean = plain[0].Parameters.Select(value => (double)value).ToArray();
        for (var round = 2; round <= plain.Count; round++)
        {
            var stays = Math.Min(Decay, 1 - (1.0 / round));
            mean = [.. mean.Zip(plain[round - 1].Parameters, (old, made) => (stays * old) + ((1 - stays) * made))];
        }

        averaged[^1].Parameters.Zip(mean).ShouldAllBe(pair => Math.Abs(pair.First - pair.Second) < 1e-5);
        averaged[^1].Parameters.ShouldNotBe(plain[^1].Parameters);
        averaged[^1].ServerState.ShouldNotBeNull("the mean is part of what the model's name stands for");
    }

    [Fact]
    public void A_run_that_was_killed_goes_on_with_the_mean_and_gives_the_same_model_on_other_slots()
    {
        var plan = PlanOf(averaging: true, rounds: 40);
        var expected = _place.Train(plan, "--slots", "1", "--fresh");

        using var elsewhere = new Workplace();
        elsewhere.Write(plan, File.ReadAllText(_place.PathOf(plan)));
        var killed = PbmProcess.Start(elsewhere, "run", plan, "--slots", "1");
        elsewhere.WaitForRounds(2, killed);
        killed.Kill();
        elsewhere.Train(plan, "--slots", "2").ShouldBe(expected);
    }

    [Fact]
    public void The_accuracy_that_a_run_tells_is_the_mean_s()
    {
        var result = _place.Json("run", PlanOf(averaging: true));
        var evaluated = _place.Json("model", "eval", (string)result["modelHash"]!, "--resamples", "0");
        ((double)evaluated["accuracy"]!).ShouldBe((double)result["accuracy"]!, 1e-12);
    }

    private List<ModelFile> ModelsOf(string plan)
    {
        var run = (string)_place.Json("run", plan)["run"]!;
        using var ledger = SqliteLedger.OpenToRead(_place.Home);
        var store = new ModelStore(Path.Combine(_place.Home, "models"));
        return [.. ledger.Rounds(run).Select(round => store.Load(round.Model))];
    }

    private string PlanOf(bool averaging, int rounds = 5) => _place.Write($"averaging-{averaging}-{rounds}.json", $$"""
        {
          "name": "averaging",
          "seed": 5,
          "network": "logistic",
          "data": { "set": "avatars", "avatars": { "samplesPerStudent": 8, "testStudents": 2 } },
          "students": { "count": 6, "partition": "byPerson" },
          "groups": { "count": 2 },
          "training": { "schedule": "cosine", "classWeights": "balanced", "loss": "focal", "batchSize": 4 },
          "rounds": { "count": {{rounds}} }{{(averaging ? ", \"server\": { \"averaging\": 0.6 }" : "")}}
        }
        """);
}
