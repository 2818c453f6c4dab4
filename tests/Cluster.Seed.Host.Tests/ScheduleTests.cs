using System.Net;
using System.Net.Http.Json;
using Cohort.Model.Files;
using Cohort.Model.Plans;
using Cohort.Seed.Api;
using Cohort.Seed.Ledger;

namespace Cohort.Seed.Host.Tests;

/// <summary>Runs that start by themselves, and what is released of them.</summary>
public sealed class ScheduleTests : IDisposable
{
    private const string Spec = ApiRoutes.Schedules + "/spec";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly string _home = Directory.CreateTempSubdirectory("cohort-seed-").FullName;

    public void Dispose() => Directory.Delete(_home, recursive: true);

    /// <summary>Steps so large that no model is left that could tell anything.</summary>
    private static Plan Harmful => RunningSeed.PlanOf(rounds: 1) with
    {
        Training = new() { LearningRate = 300 },
        Server = new() { Optimizer = new("fedAvg") },
    };

    [Fact]
    public async Task A_schedule_trains_again_and_again_each_time_from_what_was_released_and_survives_its_seed()
    {
        await using (var seed = await RunningSeed.Start(_home))
        {
            (await Keep(seed, RunningSeed.PlanOf(rounds: 2), tolerance: 0.9)).Status.ShouldBe("waiting");
            await Releases(seed, atLeast: 2);
        }

        await using (var next = await RunningSeed.Start(_home))
        {
            var there = (await next.Get(ApiRoutes.Releases, ApiJson.Default.IReadOnlyListReleaseState)).Count;
            await Releases(next, atLeast: there + 2); // the first may be of a run before the restart
        }

        using var ledger = SqliteLedger.OpenToRead(_home);
        var releases = ledger.Releases();
        var runs = ledger.Runs().ToDictionary(run => run.Id, StringComparer.Ordinal);
        releases.Select(release => release.Run!).ShouldBeUnique(StringComparer.Ordinal);
        runs[releases[0].Run!].StartedFrom.ShouldBeNull();
        for (var i = 1; i < releases.Count; i++)
        {
            var run = runs[releases[i].Run!];
            run.StartedFrom.ShouldBe(releases[i - 1].Model);
            Models.Load(run.InitialModel).Parameters.ShouldBe(Models.Load(releases[i - 1].Model).Parameters);
        }
    }

    private ModelStore Models => new(Path.Combine(_home, "models"));

    [Fact]
    public async Task A_worse_model_is_not_released_and_what_would_come_out_the_same_is_not_trained_again()
    {
        await using var seed = await RunningSeed.Start(_home);
        await Keep(seed, RunningSeed.PlanOf(rounds: 30));
        var good = (await Releases(seed, atLeast: 1))[^1];
        await Keep(seed, Harmful);

        var rejected = await Until(seed, releases => releases.FirstOrDefault(release => release.Outcome is "rejected"
            && release.AccuracyBefore == good.Accuracy && release.Accuracy < 0.5));

        rejected.Reason.ShouldContain("It is worse: accuracy");
        (await seed.Get(Spec + "/model", ApiJson.Default.ReleasedModel)).Model.ShouldBe(rejected.Before);
        var note = await Until(() => Schedule(seed), schedule => schedule.Note?.Contains("come out the same", StringComparison.Ordinal) is true);
        note.Run.ShouldBeNull();
    }

    [Fact]
    public async Task Canaries_try_a_model_until_the_next_time_and_a_roll_back_takes_it_away()
    {
        await using var seed = await RunningSeed.Start(_home);
        await Keep(seed, RunningSeed.PlanOf(rounds: 2), tolerance: 0.9, canary: 0.5);
        await Until(seed, releases => releases.FirstOrDefault(release => release is { Outcome: "released", Run: null })); // a canary of the time before
        await Pause(seed);
        var paused = await Until(() => Schedule(seed), schedule => schedule.Run is null && schedule.Canary is not null);

        var given = await Task.WhenAll(Enumerable.Range(0, 64).Select(i => seed.Get($"{Spec}/model?student=s{i}", ApiJson.Default.ReleasedModel)));
        given.Where(model => model.IsCanary).ShouldAllBe(model => model.Model == paused.Canary);
        given.Where(model => !model.IsCanary).ShouldAllBe(model => model.Model == paused.Model);
        given.Count(model => model.IsCanary).ShouldBeInRange(16, 48);

        (await RollBack(seed)).Canary.ShouldBeNull();
        (await Schedule(seed)).Model.ShouldBe(paused.Model);
        var back = await RollBack(seed);
        back.Model.ShouldNotBe(paused.Model, StringComparer.Ordinal);
        (await seed.Get(Spec + "/model?student=s1", ApiJson.Default.ReleasedModel)).Model.ShouldBe(back.Model);
    }

    [Theory]
    [InlineData("spec", "every day", 0, "neither a length of time")]
    [InlineData("spec", "0 0 30 2 *", 0, "never comes")]
    [InlineData("..", "1d", 0, "")]
    [InlineData("a b", "1d", 0, "no name of a schedule")]
    [InlineData("spec", "1d", 100, "give no feedback")]
    public async Task What_cannot_be_scheduled_is_refused_with_a_reason(string name, string every, long feedback, string reason)
    {
        await using var seed = await RunningSeed.Start(_home);

        var (status, problem) = await seed.Refused(
            HttpMethod.Put,
            $"{ApiRoutes.Schedules}/{Uri.EscapeDataString(name)}",
            RunningSeed.Researcher,
            new NewSchedule(RunningSeed.PlanOf(1).ToCanonicalJson(), every, MinimumFeedback: feedback));

        ((int)status).ShouldBeInRange(400, 405);
        problem.Title.ShouldContain(reason);
        (await seed.Get(ApiRoutes.Schedules, ApiJson.Default.IReadOnlyListScheduleState)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Who_may_only_look_changes_nothing_and_what_there_is_not_is_named()
    {
        await using var seed = await RunningSeed.Start(_home);
        var wish = new NewSchedule(RunningSeed.PlanOf(1).ToCanonicalJson(), "1d");

        (await seed.Refused(HttpMethod.Put, Spec, RunningSeed.Viewer, wish)).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await seed.Refused(HttpMethod.Post, Spec + "/rollback", RunningSeed.Viewer, new NewRollBack())).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await seed.Refused(HttpMethod.Post, Spec + "/rollback", RunningSeed.Researcher, new NewRollBack())).Problem.Title
            .ShouldBe("There is no schedule 'spec'; pbm schedule list shows those there are.");
        (await seed.Refused(HttpMethod.Delete, Spec, RunningSeed.Researcher)).Problem.Title.ShouldContain("no schedule 'spec'");
        (await seed.Refused(HttpMethod.Put, Spec, RunningSeed.Researcher, wish with { From = "abc" })).Problem.Title.ShouldContain("no model's hash begins");
    }

    private static async Task<ScheduleState> Keep(RunningSeed seed, Plan plan, double tolerance = 0, double canary = 0)
    {
        using var client = seed.Client(RunningSeed.Researcher);
        using var answer = await client.PutAsJsonAsync(
            Spec, new NewSchedule(plan.ToCanonicalJson(), "1s", Tolerance: tolerance, CanaryShare: canary), ApiJson.Default.NewSchedule);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync(ApiJson.Default.ScheduleState))!;
    }

    private static async Task<ScheduleState> RollBack(RunningSeed seed)
    {
        using var client = seed.Client(RunningSeed.Researcher);
        using var answer = await client.PostAsJsonAsync(Spec + "/rollback", new NewRollBack(), ApiJson.Default.NewRollBack);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync(ApiJson.Default.ScheduleState))!;
    }

    private static async Task Pause(RunningSeed seed)
    {
        using var client = seed.Client(RunningSeed.Researcher);
        using var answer = await client.PostAsync(Spec + "/pause", content: null);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    private static Task<ScheduleState> Schedule(RunningSeed seed) => seed.Get(Spec, ApiJson.Default.ScheduleState);

    private static Task<IReadOnlyList<ReleaseState>> Releases(RunningSeed seed, int atLeast)
        => Until(() => seed.Get(ApiRoutes.Releases, ApiJson.Default.IReadOnlyListReleaseState), releases => releases.Count >= atLeast);

    private static async Task<ReleaseState> Until(RunningSeed seed, Func<IReadOnlyList<ReleaseState>, ReleaseState?> wanted)
        => wanted(await Until(() => seed.Get(ApiRoutes.Releases, ApiJson.Default.IReadOnlyListReleaseState), releases => wanted(releases) is not null))!;

    private static async Task<T> Until<T>(Func<Task<T>> ask, Func<T, bool> isIt)
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var answer = await ask();
            if (isIt(answer))
            {
                return answer;
            }

            TimeProvider.System.GetElapsedTime(begun).ShouldBeLessThan(Patience, System.Text.Json.JsonSerializer.Serialize(answer));
            await Task.Delay(50);
        }
    }
}
