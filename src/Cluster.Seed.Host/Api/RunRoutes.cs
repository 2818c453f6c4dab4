using System.Runtime.CompilerServices;
using Cohort.Messages;
using Cohort.Model.Plans;
using Cohort.Seed.Api;

namespace Cohort.Seed.Host.Api;

/// <summary>Runs: start, stop, look, follow.</summary>
internal static class RunRoutes
{
    /// <summary>The largest plan that is taken, in characters.</summary>
    internal const int LargestPlan = 1 << 20;

    public static void MapRuns(this IEndpointRouteBuilder routes, SeedServices seed)
    {
        routes.MapPost(ApiRoutes.Runs, (NewRun wish, CancellationToken stop) => Start(wish, seed, stop))
            .Needs(ApiRole.Researcher).WithSummary("Train a plan, or continue its unfinished run.");
        routes.MapGet(ApiRoutes.Runs, (int? offset, int? limit) => List(seed, offset, limit))
            .Needs(ApiRole.Viewer).WithSummary("All runs, the newest first.");
        routes.MapGet(ApiRoutes.Runs + "/{run}", (string run) => seed.StateOf(run))
            .Needs(ApiRole.Viewer).WithSummary("One run.");
        routes.MapPost(ApiRoutes.Runs + "/{run}/stop", (string run, CancellationToken stop) => Stop(run, seed, stop))
            .Needs(ApiRole.Researcher).WithSummary("Stop after the round under way; the run can be continued.");
        routes.MapGet(ApiRoutes.Runs + "/{run}/rounds", (string run, int? offset, int? limit) => Rounds(run, seed, offset, limit))
            .Needs(ApiRole.Viewer).WithSummary("A run's finished rounds.");
        routes.MapPost(
                ApiRoutes.Runs + "/{run}/rounds/{round:int}/replay",
                (string run, int round, CancellationToken stop) => Replay(run, round, seed, stop))
            .Needs(ApiRole.Researcher).WithSummary("Train a finished round once more, with the same students, and compare the models.");
        routes.MapGet(ApiRoutes.Runs + "/{run}/groups", (string run) => Groups(run, seed))
            .Needs(ApiRole.Viewer).WithSummary("The groups a run forms.");
        routes.MapGet(
                ApiRoutes.Runs + "/{run}/students",
                (string run, int? offset, int? limit) => Students(run, seed).Page(offset, limit))
            .Needs(ApiRole.Viewer).WithSummary("A run's students, and what they did in its finished rounds.");
        routes.MapGet(ApiRoutes.Runs + "/{run}/students/{student:int}", (string run, int student) => Student(run, student, seed))
            .Needs(ApiRole.Viewer).WithSummary("One student of a run.");
        routes.MapGet(
                ApiRoutes.Runs + "/{run}/events",
                (string run, HttpContext context, IHostApplicationLifetime life) => Follow(run, seed, context, life))
            .Needs(ApiRole.Viewer).WithSummary("What happens in a run until it ends, as server-sent events of RunNews.");
    }

    private static async Task<RunState> Start(NewRun wish, SeedServices seed, CancellationToken stop)
    {
        if (string.IsNullOrWhiteSpace(wish.Plan) || wish.Plan.Length > LargestPlan)
        {
            throw ApiException.Bad($"plan is empty or longer than {LargestPlan} characters; give the text of a plan file.");
        }

        var plan = Plan.Parse(wish.Plan, "the plan");
        plan = (plan with
        {
            Rounds = plan.Rounds with { Count = wish.Rounds ?? plan.Rounds.Count },
            Seed = wish.Seed ?? plan.Seed,
        }).Checked("the request");
        var order = new StartTraining
        {
            PlanJson = plan.ToCanonicalJson(),
            Data = wish.Data ?? "",
            Fresh = wish.Fresh,
            From = seed.HashOf(wish.From),
        };
        return seed.StateOf(await seed.Order(order, stop));
    }

    private static async Task<RunState> Stop(string run, SeedServices seed, CancellationToken stop)
    {
        _ = seed.Find(run);
        return seed.StateOf(await seed.Order(new StopTraining { Run = run }, stop));
    }

    private static IReadOnlyList<RunState> List(SeedServices seed, int? offset, int? limit)
        => seed.Archive.Read(archive => archive.Ledger.Runs().Reverse().ToList().Page(offset, limit)
            .Select(run => RunStates.Of(run, archive.Ledger.Rounds(run.Id)))
            .ToList());

    private static IReadOnlyList<RoundState> Rounds(string run, SeedServices seed, int? offset, int? limit)
        => [.. seed.Find(run).Rounds.Page(offset, limit).Select(RunStates.Of)];

    private static async Task<ReplayedRound> Replay(string run, int round, SeedServices seed, CancellationToken stop)
    {
        if (seed.Find(run).Rounds.All(record => record.Round != round))
        {
            throw ApiException.NotFound($"Run {run} has no finished round {round}; GET {ApiRoutes.Runs}/{run}/rounds lists them.");
        }

        var replayed = await seed.Replay(run, round, stop);
        return new(replayed.Round, replayed.Recorded, replayed.Again);
    }

    private static IReadOnlyList<GroupState> Groups(string run, SeedServices seed)
    {
        var (record, _) = seed.Find(run);
        return RunStates.Groups(record, seed.PopulationOf(record));
    }

    private static IReadOnlyList<StudentState> Students(string run, SeedServices seed)
    {
        var (record, rounds) = seed.Find(run);
        return RunStates.Students(record, seed.PopulationOf(record), rounds);
    }

    private static StudentState Student(string run, int student, SeedServices seed)
        => Students(run, seed) is var all && student >= 0 && student < all.Count
            ? all[student]
            : throw ApiException.NotFound($"Run {run} has no student {student}; it has those from 0 to {all.Count - 1}.");

    private static async Task Follow(string run, SeedServices seed, HttpContext context, IHostApplicationLifetime life)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, life.ApplicationStopping);
        _ = seed.Find(run);
        await EventStream.Send(context, News(run, seed, stop.Token), ApiJson.Default.RunNews, stop.Token);
    }

    private static async IAsyncEnumerable<RunNews> News(
        string run, SeedServices seed, [EnumeratorCancellation] CancellationToken stop)
    {
        // First follow, then look: a run that ends in between is seen by one of the two.
        var news = seed.Feed.Follow(run);
        try
        {
            if (seed.StateOf(run) is { Status: not "running" } ended)
            {
                yield return new RunNews(run, ended.Status, ended.Rounds, State: ended);
                yield break;
            }

            while (true)
            {
                var next = await news.ReadAsync(stop);
                switch (next.Kind)
                {
                    case "roundFinished":
                        yield return next with { Finished = RoundOf(run, next.Round, seed) };
                        break;
                    case "finished" or "stopped" or "failed":
                        yield return next with { State = seed.StateOf(run) };
                        yield break;
                    default:
                        yield return next;
                        break;
                }
            }
        }
        finally
        {
            seed.Feed.Unfollow(news);
        }
    }

    private static RoundState? RoundOf(string run, int round, SeedServices seed)
        => seed.Find(run).Rounds.FirstOrDefault(record => record.Round == round) is { } record ? RunStates.Of(record) : null;

    public static RouteHandlerBuilder Needs(this RouteHandlerBuilder route, ApiRole role)
        => route.WithMetadata(new RequiredRole(role));
}
