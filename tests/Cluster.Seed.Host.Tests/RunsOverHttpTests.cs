using System.Net;
using Cohort.Model.Files;
using Cohort.Model.Training;
using Cohort.Pbm.Running;
using Cohort.Seed.Api;
using Cohort.Seed.Coordination;
using Cohort.Seed.Ledger;

namespace Cohort.Seed.Host.Tests;

public sealed class RunsOverHttpTests : IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("cohort-seed-").FullName;

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [Fact]
    public async Task A_run_over_http_gives_the_model_that_pbm_run_gives()
    {
        var plan = RunningSeed.PlanOf(rounds: 3);
        await using var seed = await RunningSeed.Start(_home);

        var run = await seed.Train(plan);
        var news = await seed.Watch(run.Run);

        var ended = news[^1].State!;
        ended.Status.ShouldBe("finished");
        ended.Rounds.ShouldBe(3);
        ended.Model.ShouldBe(await ModelOfPbm(plan));
        (await seed.Get($"{ApiRoutes.Runs}/{run.Run}", ApiJson.Default.RunState)).ShouldBe(ended);
    }

    [Fact]
    public async Task A_follower_sees_rounds_begin_students_report_and_rounds_end()
    {
        await using var seed = await RunningSeed.Start(_home);

        var run = await seed.Train(RunningSeed.PlanOf(rounds: 200));
        var news = await seed.Watch(run.Run);

        var kinds = news.Select(each => each.Kind).ToHashSet(StringComparer.Ordinal);
        kinds.ShouldBe(["roundStarted", "studentReported", "roundFinished", "finished"], ignoreOrder: true);
        var round = news.Last(each => string.Equals(each.Kind, "roundFinished", StringComparison.Ordinal)).Finished!;
        round.Round.ShouldBe(200);
        round.Participants.ShouldBe([0, 1, 2, 3, 4, 5]);
    }

    [Fact]
    public async Task A_seed_that_is_stopped_and_started_again_continues_its_run_to_the_same_model()
    {
        var plan = RunningSeed.PlanOf(rounds: 150);
        string run;
        int before;
        await using (var first = await RunningSeed.Start(_home))
        {
            run = (await first.Train(plan)).Run;
            before = (await first.Get($"{ApiRoutes.Runs}/{run}", ApiJson.Default.RunState)).Rounds;
        }

        using (var ledger = SqliteLedger.OpenToRead(_home))
        {
            ledger.Run(run)!.Status.ShouldBe(RunStatus.Running);
            ledger.Rounds(run).Count.ShouldBeInRange(before, 149);
        }

        await using var second = await RunningSeed.Start(_home);
        var ended = (await second.Watch(run))[^1].State!;
        ended.Status.ShouldBe("finished");
        ended.Model.ShouldBe(await ModelOfPbm(plan));
    }

    [Fact]
    public async Task A_run_is_stopped_by_order_and_continued_by_the_same_plan()
    {
        var plan = RunningSeed.PlanOf(rounds: 5_000);
        await using var seed = await RunningSeed.Start(_home);
        var run = (await seed.Train(plan)).Run;

        using var client = seed.Client(RunningSeed.Researcher);
        using var answer = await client.PostAsync($"{ApiRoutes.Runs}/{run}/stop", content: null);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await seed.Watch(run))[^1].Kind.ShouldBe("stopped");

        var again = await seed.Train(plan);
        again.Run.ShouldBe(run);
        again.Status.ShouldBe("running");
    }

    [Fact]
    public async Task The_same_plan_while_it_runs_names_its_run_and_another_is_refused()
    {
        var plan = RunningSeed.PlanOf(rounds: 5_000);
        await using var seed = await RunningSeed.Start(_home);
        var run = (await seed.Train(plan)).Run;

        (await seed.Train(plan)).Run.ShouldBe(run);
        var other = plan with { Seed = 9 };
        var (status, problem) = await seed.Refused(
            HttpMethod.Post, ApiRoutes.Runs, RunningSeed.Researcher, new NewRun(other.ToCanonicalJson()));
        status.ShouldBe(HttpStatusCode.Conflict);
        problem.Title.ShouldContain(run);
    }

    [Fact]
    public async Task A_plan_with_an_error_is_refused_with_its_line()
    {
        await using var seed = await RunningSeed.Start(_home);

        var (status, problem) = await seed.Refused(
            HttpMethod.Post, ApiRoutes.Runs, RunningSeed.Researcher, new NewRun("{\n  \"name\": \"x\",\n  \"sead\": 3\n}"));

        status.ShouldBe(HttpStatusCode.BadRequest);
        problem.Title.ShouldContain("line 3");
    }

    [Theory]
    [InlineData("../secrets")]
    [InlineData("/etc/passwd")]
    [InlineData("not-there")]
    public async Task Data_that_is_not_in_the_data_folder_is_refused(string data)
    {
        var plan = RunningSeed.PlanOf(rounds: 1) with { Data = new() { Set = Model.Plans.DataSource.Idx } };
        plan = plan with { Students = plan.Students with { Partition = Model.Plans.PartitionKind.Iid } };
        await using var seed = await RunningSeed.Start(_home);

        var (status, problem) = await seed.Refused(
            HttpMethod.Post, ApiRoutes.Runs, RunningSeed.Researcher, new NewRun(plan.ToCanonicalJson(), data));

        status.ShouldBe(HttpStatusCode.BadRequest);
        problem.Title.ShouldContain(data);
    }

    [Fact]
    public async Task Rounds_groups_students_and_models_of_a_run_can_be_looked_at()
    {
        await using var seed = await RunningSeed.Start(_home);
        var run = (await seed.Train(RunningSeed.PlanOf(rounds: 2))).Run;
        var ended = (await seed.Watch(run))[^1].State!;

        var rounds = await seed.Get($"{ApiRoutes.Runs}/{run}/rounds?offset=1&limit=5", ApiJson.Default.IReadOnlyListRoundState);
        rounds.Single().Round.ShouldBe(2);
        var groups = await seed.Get($"{ApiRoutes.Runs}/{run}/groups", ApiJson.Default.IReadOnlyListGroupState);
        groups.Sum(group => group.Samples).ShouldBe(30);
        var students = await seed.Get($"{ApiRoutes.Runs}/{run}/students", ApiJson.Default.IReadOnlyListStudentState);
        students.ShouldAllBe(student => student.Rounds == 2 && student.Samples == 5 && !student.Quarantined);
        (await seed.Get($"{ApiRoutes.Runs}/{run}/students/3", ApiJson.Default.StudentState)).ShouldBe(students[3]);
        var models = await seed.Get($"{ApiRoutes.Models}?run={run}", ApiJson.Default.IReadOnlyListModelState);
        models.Count.ShouldBe(3);
        models.Single(model => model.Round == 2).Model.ShouldBe(ended.Model);
        (await seed.Get($"{ApiRoutes.Models}/{ended.Model[..10]}", ApiJson.Default.ModelState)).Network.ShouldBe("logistic");

        using var client = seed.Client(RunningSeed.Viewer);
        var file = await client.GetByteArrayAsync($"{ApiRoutes.Models}/{ended.Model}/file");
        ModelHash.Of(file).ToString().ShouldBe(ended.Model);
    }

    private async Task<string> ModelOfPbm(Model.Plans.Plan plan)
    {
        var home = Path.Combine(_home, "of-pbm");
        using var ledger = SqliteLedger.Open(home, TimeProvider.System);
        var population = Population.Create(plan, PlannedData.Load(plan, path: null).Data);
        await using var cohort = new LocalCohort(ledger, new ModelStore(Path.Combine(home, "models")), slots: 1, "cpu");
        var ended = await cohort.Train(new StartRun(plan, population, DataPath: null), new Unseen(), CancellationToken.None);
        return ended.ShouldBeOfType<RunFinished>().Model.ToString();
    }

    private sealed class Unseen : IRunDisplay
    {
        public void Show(RunEvent happened)
        {
            // Only the end counts here.
        }

        public void Show(Messages.StudentReported report)
        {
            // Only the end counts here.
        }
    }
}
