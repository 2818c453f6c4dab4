using Cohort.Model.Plans;

namespace Cohort.Model.Training.Records;

/// <summary>
/// What one local training by DP-SGD spends on each of the student's samples, for an accountant: so many Gaussian mechanisms, each on a
/// Poisson sample of them (Abadi et al. 2016, Algorithm 1). Neighbours are sample sets of which one has one sample more.
/// </summary>
/// <param name="Samples">n, the student's.</param>
/// <param name="SamplingRate">q: the probability with which a step's batch has a sample, above 0, at most 1.</param>
/// <param name="NoiseMultiplier">sigma: the noise's standard deviation, in clipping bounds.</param>
/// <param name="Steps">E ceil(n / B).</param>
public sealed record RecordSteps(int Samples, double SamplingRate, double NoiseMultiplier, int Steps)
{
    /// <summary>What a student of so many samples does when it trains once; a round of several intra-group rounds has it train as often.</summary>
    /// <param name="plan">E, B and sigma.</param>
    /// <param name="samples">n, at least 1; taken for public.</param>
    public static RecordSteps Of(TrainingPlan plan, int samples)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, 1);
        var batch = ExpectedBatch(plan, samples);
        var passes = (samples + batch - 1) / batch;
        return new(samples, (double)batch / samples, plan.RecordPrivacy.NoiseMultiplier, checked(plan.Epochs * passes));
    }

    /// <summary>
    /// All that differ among a plan's students, those of the fewest samples first. They have the greatest q, but not always the
    /// greatest epsilon: just above a multiple of B a student does one step a pass more. So an accountant takes the greatest of all.
    /// </summary>
    public static IReadOnlyList<RecordSteps> OfAll(Plan plan, Population population) =>
        [.. Enumerable.Range(0, population.Students)
            .Select(population.Partition.SizeOf)
            .Where(size => size > 0)
            .Distinct()
            .Order()
            .Select(size => Of(plan.Training, size))];

    /// <summary>L of the paper, the lot size: what a step's sum of gradients is divided by. The plan's B, but not above n.</summary>
    internal static int ExpectedBatch(TrainingPlan plan, int samples) =>
        plan.BatchSize == 0 ? samples : Math.Min(plan.BatchSize, samples);
}
