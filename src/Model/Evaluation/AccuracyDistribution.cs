namespace Cohort.Model.Evaluation;

/// <summary>The accuracies of many students, each on samples of its own: a mean over all samples hides who is served badly.</summary>
/// <param name="Mean">Every student counts the same.</param>
/// <param name="WeightedMean">Every sample counts the same.</param>
/// <param name="Deviation">Standard deviation over these students (divided by their number): the less, the fairer (Li et al. 2021).</param>
/// <param name="Percentile10">A tenth of the students have at most so much; interpolated linearly between two students.</param>
/// <param name="Percentile25">The same for a quarter.</param>
/// <param name="Median">The same for half.</param>
/// <param name="Percentile75">The same for three quarters.</param>
/// <param name="Percentile90">The same for nine tenths.</param>
/// <param name="WorstTenth">The mean over the tenth of the students with the least, at least one student.</param>
/// <param name="Histogram">Shape [10]: students from 0 to below 10 %, and so on; the last has those at 100 % too.</param>
public sealed record AccuracyDistribution(
    double Mean,
    double WeightedMean,
    double Deviation,
    double Percentile10,
    double Percentile25,
    double Median,
    double Percentile75,
    double Percentile90,
    double WorstTenth,
    IReadOnlyList<int> Histogram)
{
    /// <summary>Parts of <see cref="Histogram"/>.</summary>
    public const int Bins = 10;

    /// <param name="students">Of each student: samples named right, of how many; not empty, and no student without samples.</param>
    public static AccuracyDistribution Of(IReadOnlyCollection<(int Correct, int Samples)> students)
    {
        ArgumentNullException.ThrowIfNull(students);
        if (students.Count == 0 || students.Any(student => student.Samples < 1 || student.Correct < 0 || student.Correct > student.Samples))
            throw new ArgumentException("A distribution needs a student at least, and of each 0 to n of n samples named right, n being 1 or more.");

        var sorted = students.Select(student => (double)student.Correct / student.Samples).Order().ToArray();
        var mean = sorted.Average();
        var histogram = new int[Bins];
        foreach (var (correct, samples) in students)
            histogram[Math.Min(Bins - 1, (int)((long)Bins * correct / samples))]++;
        return new(
            mean,
            students.Sum(student => (double)student.Correct) / students.Sum(student => (double)student.Samples),
            Math.Sqrt(sorted.Average(accuracy => (accuracy - mean) * (accuracy - mean))),
            Percentile(sorted, 10),
            Percentile(sorted, 25),
            Percentile(sorted, 50),
            Percentile(sorted, 75),
            Percentile(sorted, 90),
            sorted.Take((sorted.Length + 9) / 10).Average(),
            histogram);
    }

    /// <summary>Hyndman and Fan 1996, definition 7: what NumPy's <c>percentile</c> gives.</summary>
    private static double Percentile(double[] sorted, int percent)
    {
        var (whole, rest) = Math.DivRem((long)percent * (sorted.Length - 1), 100);
        return rest == 0 ? sorted[whole] : sorted[whole] + ((sorted[whole + 1] - sorted[whole]) * rest / 100);
    }
}
