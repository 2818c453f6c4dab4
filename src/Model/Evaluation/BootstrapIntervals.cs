using Cohort.Model.Randomness;

namespace Cohort.Model.Evaluation;

/// <summary>Where a figure of the whole population, of which the samples are a draw, lies with some certainty.</summary>
public readonly record struct Interval(double Low, double High);

/// <summary>
/// How far figures of a model may be off for want of test samples: 95 % percentile intervals of the bootstrap, which draws as many samples
/// as there are, with replacement, B times, and looks at the spread of the figures (Efron 1979; Efron and Tibshirani 1993, section
/// 13.3). They do not say what another training would give.
/// </summary>
/// <param name="Resamples">B.</param>
/// <param name="Accuracy">Of <see cref="Metrics.Accuracy"/>.</param>
/// <param name="MacroPrecision">Of <see cref="Metrics.MacroPrecision"/>.</param>
/// <param name="MacroRecall">Of <see cref="Metrics.MacroRecall"/>.</param>
/// <param name="MacroF1">Of <see cref="Metrics.MacroF1"/>.</param>
/// <param name="ExpectedCalibrationError">Of <see cref="Calibration.ExpectedError"/>, whose estimate is biased upwards: a resample's even more.</param>
/// <param name="Recalls">Of each class's recall.</param>
public sealed record BootstrapIntervals(
    int Resamples,
    Interval Accuracy,
    Interval MacroPrecision,
    Interval MacroRecall,
    Interval MacroF1,
    Interval ExpectedCalibrationError,
    IReadOnlyList<Interval> Recalls)
{
    public const int DefaultResamples = 1000;

    /// <param name="predictions">At least one sample.</param>
    /// <param name="seed">The same gives the same intervals.</param>
    /// <param name="resamples">B, at least 1.</param>
    public static BootstrapIntervals Of(LabelledPredictions predictions, ulong seed, int resamples = DefaultResamples)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        ArgumentOutOfRangeException.ThrowIfLessThan(resamples, 1);
        var (classes, bins) = (predictions.Classes, Calibration.BinsOfPaper);
        var figures = Enumerable.Range(0, 5 + classes).Select(_ => new double[resamples]).ToArray();
        var (samples, correct, confidence) = (new long[bins], new long[bins], new double[bins]);
        var random = KeyedRandom.For(seed, Purpose.Bootstrap);
        for (var resample = 0; resample < resamples; resample++)
        {
            var confusion = new ConfusionMatrix(classes);
            Array.Clear(samples);
            Array.Clear(correct);
            Array.Clear(confidence);
            for (var drawn = 0; drawn < predictions.Count; drawn++)
            {
                var i = random.Next(predictions.Count);
                confusion.Add(predictions.Actual[i], predictions.Predicted[i]);
                var bin = Calibration.BinOf(predictions.ConfidenceOf(i), bins);
                samples[bin]++;
                correct[bin] += predictions.IsCorrect(i) ? 1 : 0;
                confidence[bin] += predictions.ConfidenceOf(i);
            }

            var metrics = Metrics.Of(confusion, loss: 0);
            (figures[0][resample], figures[1][resample], figures[2][resample], figures[3][resample], figures[4][resample]) =
                (metrics.Accuracy, metrics.MacroPrecision, metrics.MacroRecall, metrics.MacroF1,
                    Calibration.ExpectedErrorOf(samples, correct, confidence));
            for (var label = 0; label < classes; label++)
            {
                figures[5 + label][resample] = metrics.Classes[label].Recall;
            }
        }

        var intervals = Array.ConvertAll(figures, Middle95);
        return new(resamples, intervals[0], intervals[1], intervals[2], intervals[3], intervals[4], intervals[5..]);
    }

    /// <summary>From the 2.5th to the 97.5th percentile; the values are put in order.</summary>
    internal static Interval Middle95(double[] values)
    {
        Array.Sort(values);
        return new(Quantile(values, 0.025), Quantile(values, 0.975));
    }

    /// <summary>By linear interpolation (Hyndman and Fan 1996, definition 7).</summary>
    internal static double Quantile(double[] sorted, double share)
    {
        var place = share * (sorted.Length - 1);
        var below = (int)place;
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((place - below) * (sorted[above] - sorted[below]));
    }
}
