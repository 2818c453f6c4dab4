namespace Cohort.Model.Evaluation;

/// <summary>Samples of whose prediction the model is about equally sure.</summary>
/// <param name="From">The least confidence of the bin, which it does not include itself.</param>
/// <param name="To">The greatest.</param>
/// <param name="Samples">How many samples there are.</param>
/// <param name="Confidence">The mean confidence; 0 where there is no sample.</param>
/// <param name="Accuracy">The share of right predictions; 0 where there is no sample.</param>
public sealed record ConfidenceBin(double From, double To, long Samples, double Confidence, double Accuracy);

/// <summary>
/// Whether a model is right as often as it says: of predictions with confidence 0.8, a calibrated model has 80 % right (Guo et al. 2017, "On
/// Calibration of Modern Neural Networks", section 2).
/// </summary>
/// <param name="Bins">The reliability curve: M bins of equal width over (0, 1].</param>
/// <param name="ExpectedError">ECE: sum over bins of (samples / all samples) |accuracy - confidence| (equation 3).</param>
/// <param name="MaximumError">MCE: the greatest |accuracy - confidence| of a bin that has samples (equation 5).</param>
public sealed record Calibration(IReadOnlyList<ConfidenceBin> Bins, double ExpectedError, double MaximumError)
{
    /// <summary>M of Guo et al. 2017, section 5.</summary>
    public const int BinsOfPaper = 15;

    /// <param name="predictions">At least one sample.</param>
    /// <param name="bins">M, at least 1.</param>
    public static Calibration Of(LabelledPredictions predictions, int bins = BinsOfPaper)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        ArgumentOutOfRangeException.ThrowIfLessThan(bins, 1);
        var (samples, correct, confidence) = (new long[bins], new long[bins], new double[bins]);
        for (var i = 0; i < predictions.Count; i++)
        {
            var bin = BinOf(predictions.ConfidenceOf(i), bins);
            samples[bin]++;
            correct[bin] += predictions.IsCorrect(i) ? 1 : 0;
            confidence[bin] += predictions.ConfidenceOf(i);
        }

        ConfidenceBin[] curve = [.. Enumerable.Range(0, bins).Select(bin => new ConfidenceBin(
            (double)bin / bins, (bin + 1.0) / bins, samples[bin], Share(confidence[bin], samples[bin]), Share(correct[bin], samples[bin])))];
        return new(curve, ExpectedErrorOf(samples, correct, confidence), curve.Max(Error));

        static double Error(ConfidenceBin bin) => Math.Abs(bin.Accuracy - bin.Confidence);
    }

    /// <summary>The bin m with (m / M, (m + 1) / M] around a confidence.</summary>
    internal static int BinOf(double confidence, int bins) => Math.Clamp((int)Math.Ceiling(confidence * bins) - 1, 0, bins - 1);

    /// <summary>ECE from sums over bins.</summary>
    internal static double ExpectedErrorOf(ReadOnlySpan<long> samples, ReadOnlySpan<long> correct, ReadOnlySpan<double> confidence)
    {
        var (all, error) = (0L, 0.0);
        for (var bin = 0; bin < samples.Length; bin++)
        {
            all += samples[bin];
            error += Math.Abs(correct[bin] - confidence[bin]); // samples cancel against the bin's means
        }

        return Share(error, all);
    }

    private static double Share(double part, long whole) => whole == 0 ? 0 : part / whole;
}
