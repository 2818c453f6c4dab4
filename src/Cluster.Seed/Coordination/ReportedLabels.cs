using Cohort.Federation;
using Cohort.Model.Plans;
using Cohort.Model.Training;

namespace Cohort.Seed.Coordination;

/// <summary>
/// What a run's students tell the coordinator of their labels, which is all that it knows of them: groups and balanced cohorts are
/// formed by these, and shown by these. Resident students have told them on their devices; reports of simulated ones are made where their
/// samples are dealt out.
/// </summary>
public static class ReportedLabels
{
    /// <summary>Every student's report; the same whenever the same run asks.</summary>
    /// <param name="plan">Says whether reports are noised.</param>
    /// <param name="population">Its students.</param>
    /// <param name="secret">The run's.</param>
    /// <param name="run">The run's id.</param>
    public static StudentHistograms Of(Plan plan, Population population, NoiseSecret secret, string run)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(population);
        if (population.Roster is { } roster)
        {
            return new StudentHistograms(population.Data.Classes.Count, roster.Histograms()); // noised, if at all, on the devices
        }

        var train = population.Data.Train;
        var labels = new StudentHistograms(population.NetworkOf(plan).Classes, population.Partition.Histograms(train));
        return plan.Groups.HistogramEpsilon is { } epsilon
            ? new HistogramReport(epsilon, secret, plan.NoiseName(run)).Of(labels)
            : labels;
    }
}
