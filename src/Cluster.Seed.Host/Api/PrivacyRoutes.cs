using Cohort.Seed.Api;
using Cohort.Seed.Privacy;

namespace Cohort.Seed.Host.Api;

/// <summary>What has been spent of the students' privacy.</summary>
internal static class PrivacyRoutes
{
    public static void MapPrivacy(this IEndpointRouteBuilder routes, SeedServices seed)
        => routes.MapGet(ApiRoutes.Privacy, () => seed.Archive.Read(archive => PrivacyStatement.Of(archive.Ledger)))
            .Needs(ApiRole.Viewer).WithSummary("Privacy spent by every run, and by all runs together on the same samples.");
}
