using Cohort.Seed.Api;
using Cohort.Seed.Privacy;

namespace Cohort.Seed.Host.Api;

/// <summary>What has been spent of the students' privacy.</summary>
internal static class PrivacyRoutes
{
    public static void MapPrivacy(this IEndpointRouteBuilder routes, SeedServices seed)
        => routes.MapGet(ApiRoutes.Privacy, () => Statement(seed))
            .Needs(ApiRole.Viewer).WithSummary("Privacy spent by every run, by all runs together on the same samples, and on samples by DP-SGD.");

    private static PrivacyStatement Statement(SeedServices seed)
    {
        var (statement, trainings) = seed.Archive.Read(archive => (PrivacyStatement.Of(archive.Ledger), RecordTrainings.Of(archive.Ledger)));
        // Outside: reading a run's data takes time, and the archive is one reader's at a time.
        return statement with { Records = [.. trainings.Select(run => run.Spent((record, _) => seed.PopulationOf(record)))] };
    }
}
