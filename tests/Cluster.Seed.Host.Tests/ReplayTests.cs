using System.Net;
using System.Net.Http.Json;
using Cohort.Model.Plans;
using Cohort.Model.Randomness;
using Cohort.Seed.Api;
using Cohort.Seed.Ledger;
using Microsoft.Data.Sqlite;

namespace Cohort.Seed.Host.Tests;

/// <summary>Rounds trained once more, from what the ledger has of them.</summary>
public sealed class ReplayTests : IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("cohort-seed-").FullName;

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [Fact]
    public async Task Every_round_gives_its_model_again_under_its_noise_and_with_its_students_alone()
    {
        var plan = RunningSeed.PlanOf(rounds: 4);
        plan = plan with
        {
            Rounds = plan.Rounds with { ClientFraction = 0.5 },
            Privacy = plan.Privacy with { Clip = 1, NoiseMultiplier = 0.5 },
        };
        await using var seed = await RunningSeed.Start(_home);
        var run = await TrainToItsEnd(seed, plan);
        var rounds = await Rounds(seed, run);

        for (var round = 1; round <= 4; round++)
        {
            var replayed = await Replay(seed, run, round);

            replayed.Recorded.ShouldBe(rounds[round - 1].Model);
            replayed.Again.ShouldBe(replayed.Recorded);
        }

        (await Replay(seed, run, 2)).Same.ShouldBeTrue(); // and as often as one likes
        (await Rounds(seed, run)).Select(round => round.Model).ShouldBe(rounds.Select(round => round.Model));
    }

    [Fact]
    public async Task A_round_in_which_a_group_had_nobody_gives_its_model_again_with_the_noise_that_the_group_lacked()
    {
        var plan = RunningSeed.PlanOf(rounds: 3);
        plan = plan with
        {
            Seed = 1,
            Students = plan.Students with { Dropout = 0.4 },
            Rounds = plan.Rounds with { ClientFraction = 0.5, Deadline = TimeSpan.FromSeconds(6) },
            Privacy = plan.Privacy with { Clip = 1, NoiseMultiplier = 0.5, Noise = NoiseSource.Seeded }, // a secret would draw other cohorts each time
        };
        await using var seed = await RunningSeed.Start(_home);
        var run = await TrainToItsEnd(seed, plan);
        using var ledger = SqliteLedger.OpenToRead(_home);
        var lacking = ledger.Rounds(run).First(round => round.Groups.Any(group => group.Participants == 0)); // by this plan's seed

        var replayed = await Replay(seed, run, lacking.Round);

        replayed.Recorded.ShouldBe(lacking.Model.ToString());
        replayed.Again.ShouldBe(replayed.Recorded);
    }

    [Fact]
    public async Task A_round_whose_students_drew_the_noise_gives_its_model_again_also_where_some_had_fallen_silent()
    {
        var plan = RunningSeed.PlanOf(rounds: 1);
        plan = plan with
        {
            Seed = Enumerable.Range(1, 1000).First(seed => DropoutsOf(seed) == 2),
            Students = plan.Students with { Dropout = 0.3 },
            Groups = new() { Count = 1 },
            Rounds = plan.Rounds with { Deadline = TimeSpan.FromSeconds(15) },
            Privacy = new()
            {
                Clip = 1,
                NoiseMultiplier = 0.5,
                Mechanism = NoiseMechanism.Distributed,
                SecureAggregation = true,
                SecureAggregationThreshold = 0.51,
            },
        };
        await using var seed = await RunningSeed.Start(_home);
        var run = await TrainToItsEnd(seed, plan);
        using var ledger = SqliteLedger.OpenToRead(_home);
        var recorded = ledger.Rounds(run)[0];
        recorded.Missing.Count.ShouldBe(2);

        (await Replay(seed, run, 1)).Again.ShouldBe(recorded.Model.ToString());

        int DropoutsOf(int of) => Enumerable.Range(0, plan.Students.Count)
            .Count(student => KeyedRandom.For((ulong)of, Purpose.Dropout, 1, student).NextDouble() < 0.3);
    }

    [Fact]
    public async Task A_seed_that_was_started_again_replays_what_was_trained_before()
    {
        string run;
        await using (var first = await RunningSeed.Start(_home))
        {
            run = await TrainToItsEnd(first, RunningSeed.PlanOf(rounds: 2));
        }

        await using var second = await RunningSeed.Start(_home);

        (await Replay(second, run, 2)).Same.ShouldBeTrue();
    }

    [Fact]
    public async Task A_record_that_was_changed_does_not_pass()
    {
        string run;
        await using (var first = await RunningSeed.Start(_home))
        {
            run = await TrainToItsEnd(first, RunningSeed.PlanOf(rounds: 2));
        }

        using (var ledger = new SqliteConnection($"Data Source={Path.Combine(_home, "ledger.db")};Pooling=false"))
        {
            ledger.Open();
            using var change = ledger.CreateCommand();
            change.CommandText = "UPDATE rounds SET model = (SELECT initial_model FROM runs) WHERE round = 2";
            change.ExecuteNonQuery().ShouldBe(1);
        }

        await using var second = await RunningSeed.Start(_home);

        (await Replay(second, run, 2)).Same.ShouldBeFalse();
    }

    [Fact]
    public async Task What_cannot_be_replayed_is_refused_with_the_reason()
    {
        await using var seed = await RunningSeed.Start(_home);
        var plan = RunningSeed.PlanOf(rounds: 6) with { Models = new ModelsPlan { Keep = 1 } };
        var run = await TrainToItsEnd(seed, plan);

        var (status, problem) = await Refused(seed, run, 7);
        (status, problem.Title.Contains("no finished round 7", StringComparison.Ordinal)).ShouldBe((HttpStatusCode.NotFound, true));
        (status, problem) = await Refused(seed, "nothing-9", 1);
        status.ShouldBe(HttpStatusCode.NotFound);
        var gone = (await Rounds(seed, run)).Skip(1).First(round => !Kept(round.Parent)).Round;
        (status, problem) = await Refused(seed, run, gone);
        status.ShouldBe(HttpStatusCode.BadRequest);
        problem.Title.ShouldContain("models.keep");

        var next = await seed.Train(RunningSeed.PlanOf(rounds: 100_000));
        (status, problem) = await Refused(seed, run, 1);
        status.ShouldBe(HttpStatusCode.Conflict);
        problem.Title.ShouldContain(next.Run);
    }

    private static async Task<string> TrainToItsEnd(RunningSeed seed, Plan plan)
    {
        var run = (await seed.Train(plan)).Run;
        var last = (await seed.Watch(run))[^1].State!;
        last.Status.ShouldBe("finished", last.Reason);
        return run;
    }

    private static async Task<ReplayedRound> Replay(RunningSeed seed, string run, int round)
    {
        using var client = seed.Client(RunningSeed.Researcher);
        using var answer = await client.PostAsync($"{ApiRoutes.Runs}/{run}/rounds/{round}/replay", content: null);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync(ApiJson.Default.ReplayedRound))!;
    }

    private static Task<(HttpStatusCode Status, Problem Problem)> Refused(RunningSeed seed, string run, int round)
        => seed.Refused(HttpMethod.Post, $"{ApiRoutes.Runs}/{run}/rounds/{round}/replay", RunningSeed.Researcher);

    private static Task<IReadOnlyList<RoundState>> Rounds(RunningSeed seed, string run)
        => seed.Get($"{ApiRoutes.Runs}/{run}/rounds", ApiJson.Default.IReadOnlyListRoundState);

    private bool Kept(string model) => File.Exists(Path.Combine(_home, "models", model + ".safetensors"));
}
