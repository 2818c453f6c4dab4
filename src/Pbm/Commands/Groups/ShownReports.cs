using Cohort.Federation;
using Cohort.Model.Plans;
using Cohort.Model.Training;
using Cohort.Seed.Coordination;

namespace Cohort.Pbm.Commands;

/// <summary>What students would report of their labels in a run of a plan, where there is no run whose secret could draw the noise.</summary>
internal static class ShownReports
{
    /// <summary>The reports of a run whose secret follows from the seed.</summary>
    public static StudentHistograms Of(Plan plan, Population population)
        => ReportedLabels.Of(plan, population, NoiseSecret.FromSeed((ulong)plan.Seed), "shown");

    /// <summary>What a reader must know of groups that were formed by them; null where reports are not noised.</summary>
    public static string? SentenceOn(Plan plan) => plan.Groups.HistogramEpsilon is null || plan.Privacy.Noise is NoiseSource.Seeded
        ? null
        : "A run's students noise what they report under a secret of the run; these reports were noised under the seed, so a run's groups are "
            + "others, as well balanced.";
}
