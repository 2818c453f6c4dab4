using Cohort.Model.Data;

namespace Cohort.Model.Training;

/// <summary>Label distributions, and how a student's differs from everybody's.</summary>
internal static class LabelShares
{
    // A class that a student lacks counts as a tenth of a sample: its logit is lowered far, but not without end.
    private const double Absent = 0.1;

    /// <summary>Each class's share of some samples. Shape [classes].</summary>
    public static double[] Of(ISampleSet samples, IEnumerable<int> chosen)
    {
        var counts = Smoothed(samples, chosen);
        var total = counts.Sum();
        return Array.ConvertAll(counts, count => count / total);
    }

    /// <summary>How many of some samples are of each class; one that is absent counts as a tenth of a sample. Shape [classes].</summary>
    public static double[] Counts(ISampleSet samples, IEnumerable<int> chosen)
        => Array.ConvertAll(Smoothed(samples, chosen), count => Math.Max(Absent, Math.Round(count - Absent)));

    private static double[] Smoothed(ISampleSet samples, IEnumerable<int> chosen)
    {
        var counts = new double[samples.Classes.Count];
        Array.Fill(counts, Absent);
        foreach (var sample in chosen)
        {
            counts[samples.LabelOf(sample)]++;
        }

        return counts;
    }

    /// <summary>Shares of counts. Shape [classes].</summary>
    public static double[] Of(IReadOnlyList<long> labels)
    {
        double[] counts = [.. labels.Select(count => count + Absent)];
        var total = counts.Sum();
        return Array.ConvertAll(counts, count => count / total);
    }

    /// <summary>Counts, of which one that is 0 counts as a tenth of a sample. Shape [classes].</summary>
    public static double[] Counts(IReadOnlyList<long> labels) => [.. labels.Select(count => Math.Max(Absent, count))];

    /// <summary>
    /// What is added to a student's logits in training: log(own share / everybody's share) of each class (Menon et al. 2021,
    /// eq. 10, with the population's shares as the prior that is kept). The loss then explains the student's label skew by the
    /// shift, and the network learns what faces say beyond it; classes the student lacks are not unlearned (Zhang et al. 2022).
    /// </summary>
    public static float[] LogRatio(IReadOnlyList<double> own, IReadOnlyList<double> everybody)
        => [.. own.Zip(everybody, (mine, all) => (float)Math.Log(mine / all))];
}
