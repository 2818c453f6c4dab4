using Cohort.Messages;
using Cohort.Seed.Api;
using Cohort.Seed.Schedules;

namespace Cohort.Seed.Host.Api;

/// <summary>Schedules: plans that are trained again and again; and the releases of what came out.</summary>
internal static class ScheduleRoutes
{
    private const string One = ApiRoutes.Schedules + "/{name}";

    public static void MapSchedules(this IEndpointRouteBuilder routes, SeedServices seed)
    {
        routes.MapGet(ApiRoutes.Schedules, () => seed.Archive.Read(archive => ScheduleStates.Of(archive.Ledger)))
            .Needs(ApiRole.Viewer).WithSummary("All schedules.");
        routes.MapGet(One, (string name) => Find(name, seed)).Needs(ApiRole.Viewer).WithSummary("One schedule.");
        routes.MapPut(One, (string name, NewSchedule wish, CancellationToken stop) => Keep(name, wish, seed, stop))
            .Needs(ApiRole.Researcher).WithSummary("Train a plan again and again, and release what is not worse; replaces the schedule of that name.");
        routes.MapDelete(One, (string name, CancellationToken stop) => seed.Change(
                new ChangeSchedule { Name = name, Change = ChangeSchedule.Types.Change.Remove }, stop))
            .Needs(ApiRole.Researcher).WithSummary("Remove a schedule; the run under way and what was released stay.");
        routes.MapPost(One + "/pause", (string name, CancellationToken stop) => Change(name, ChangeSchedule.Types.Change.Pause, seed, stop))
            .Needs(ApiRole.Researcher).WithSummary("Start no further runs of a schedule.");
        routes.MapPost(One + "/resume", (string name, CancellationToken stop) => Change(name, ChangeSchedule.Types.Change.Resume, seed, stop))
            .Needs(ApiRole.Researcher).WithSummary("Go on with a schedule.");
        routes.MapPost(One + "/rollback", (string name, NewRollBack wish, CancellationToken stop) => GoBack(name, wish, seed, stop))
            .Needs(ApiRole.Researcher).WithSummary("Students get an earlier model again.");
        routes.MapGet(One + "/model", (string name, string? student) => ModelFor(name, student, seed))
            .Needs(ApiRole.Viewer).WithSummary("The model that a student is to have.");
        routes.MapGet(
                ApiRoutes.Releases,
                (int? offset, int? limit) => seed.Archive.Read(archive => archive.Ledger.Releases().Reverse().ToList())
                    .Page(offset, limit).Select(ScheduleStates.Of).ToList())
            .Needs(ApiRole.Viewer).WithSummary("All decisions on models, the newest first.");
    }

    private static async Task<ScheduleState> Keep(string name, NewSchedule wish, SeedServices seed, CancellationToken stop)
    {
        if (string.IsNullOrWhiteSpace(wish.Plan) || wish.Plan.Length > RunRoutes.LargestPlan)
        {
            throw ApiException.Bad($"plan is empty or longer than {RunRoutes.LargestPlan} characters; give the text of a plan file.");
        }

        await seed.Change(
            new KeepSchedule
            {
                Name = name,
                PlanJson = wish.Plan,
                Data = wish.Data ?? "",
                Recurrence = wish.Every,
                MinimumFeedback = wish.MinimumFeedback,
                Tolerance = wish.Tolerance,
                CanaryShare = wish.CanaryShare,
                From = seed.HashOf(wish.From),
            },
            stop);
        return Find(name, seed);
    }

    private static async Task<ScheduleState> Change(
        string name, ChangeSchedule.Types.Change change, SeedServices seed, CancellationToken stop)
    {
        await seed.Change(new ChangeSchedule { Name = name, Change = change }, stop);
        return Find(name, seed);
    }

    private static async Task<ScheduleState> GoBack(string name, NewRollBack wish, SeedServices seed, CancellationToken stop)
    {
        await seed.Change(new RollBack { Name = name, Model = seed.HashOf(wish.Model) }, stop);
        return Find(name, seed);
    }

    private static ScheduleState Find(string name, SeedServices seed)
        => seed.Archive.Read(archive => ScheduleStates.Of(archive.Ledger))
            .FirstOrDefault(schedule => string.Equals(schedule.Name, name, StringComparison.Ordinal))
            ?? throw ApiException.NotFound($"There is no schedule '{name}'; GET {ApiRoutes.Schedules} lists them.");

    private static ReleasedModel ModelFor(string name, string? student, SeedServices seed)
    {
        _ = Find(name, seed);
        var line = seed.Archive.Read(archive => ReleaseLine.Of(archive.Ledger.Releases(), name));
        return line.ModelFor(student) is { } model
            ? new(name, model.ToString(), model != line.Current)
            : throw ApiException.NotFound($"Schedule {name} has released no model yet.");
    }
}
