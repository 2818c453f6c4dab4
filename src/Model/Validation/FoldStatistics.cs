namespace Cohort.Model.Validation;

/// <summary>
/// One figure over the folds of a cross-validation. The interval is the corrected resampled t of Nadeau, Bengio 2003: folds share most of
/// their training samples, so that their figures vary less than those of independent trainings, and the plain t would be too narrow.
/// </summary>
/// <param name="Folds">How many folds have the figure.</param>
/// <param name="Mean">Over these folds.</param>
/// <param name="Deviation">Standard deviation between folds (n - 1); 0 where one fold has it.</param>
/// <param name="Least">The smallest.</param>
/// <param name="Most">The largest.</param>
/// <param name="Low">Lower end of the 95 % interval for the mean; null where fewer than two folds have the figure.</param>
/// <param name="High">Its upper end.</param>
public sealed record FoldStatistics(int Folds, double Mean, double Deviation, double Least, double Most, double? Low, double? High)
{
    private const double Confidence = 0.95;

    /// <param name="values">The figure of each fold that has it; at least one.</param>
    /// <param name="testToTrain">n_2 / n_1: test samples of a fold for each training sample, 1 / (k - 1) in k folds.</param>
    public static FoldStatistics Of(IReadOnlyCollection<double> values, double testToTrain)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (values.Count == 0)
            throw new ArgumentException("A figure over folds needs at least one fold that has it.", nameof(values));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(testToTrain);
        double mean = values.Average();
        if (values.Count == 1)
            return new FoldStatistics(1, mean, 0, mean, mean, null, null);
        double variance = values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1);

        // Nadeau and Bengio 2003, section 5: the variance of the mean is (1/J + n2/n1) S^2.
        double half = StudentT.TwoSided(Confidence, values.Count - 1) * Math.Sqrt(((1.0 / values.Count) + testToTrain) * variance);
        return new FoldStatistics(values.Count, mean, Math.Sqrt(variance), values.Min(), values.Max(), mean - half, mean + half);
    }

    /// <summary>The same of a figure that lies between 0 and 1, and so does its interval.</summary>
    public FoldStatistics AsShare() => this with { Low = Low is null ? null : Math.Clamp(Low.Value, 0, 1), High = High is null ? null : Math.Clamp(High.Value, 0, 1) };
}
