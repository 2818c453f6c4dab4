using Cohort.Model.Evaluation;

namespace Cohort.Pbm.Commands;

/// <summary>What <c>pbm model eval --json</c> prints.</summary>
/// <param name="Model">The model's hash.</param>
/// <param name="Data">Name of the data set.</param>
/// <param name="Synthetic">Whether its samples are generated.</param>
/// <param name="Samples">Test samples, those that stand in training left out.</param>
/// <param name="Accuracy">Share of samples whose class was found.</param>
/// <param name="Loss">Mean cross-entropy in nats.</param>
/// <param name="MacroF1">Mean F1 over all classes.</param>
/// <param name="MacroPrecision">Mean precision over all classes.</param>
/// <param name="MacroRecall">Mean recall over all classes.</param>
/// <param name="MicroF1">F1 over all samples at once; as a sample is of one class and taken for one, also precision, recall and accuracy.</param>
/// <param name="Classes">By class.</param>
/// <param name="Confusion">Counts: a row for each actual class, a column for each predicted one.</param>
/// <param name="Calibration">Whether the model is right as often as it says.</param>
/// <param name="Intervals">How far figures may be off for want of test samples; null where that was not asked for.</param>
internal sealed record Evaluation(
    string Model,
    string Data,
    bool Synthetic,
    long Samples,
    double Accuracy,
    double Loss,
    double MacroF1,
    double MacroPrecision,
    double MacroRecall,
    double MicroF1,
    IReadOnlyList<ClassEvaluation> Classes,
    IReadOnlyList<long[]> Confusion,
    Calibration Calibration,
    BootstrapIntervals? Intervals)
{
    /// <summary>Which resamples are drawn: the same always, so that the same model on the same data has the same intervals.</summary>
    private const ulong Seed = 1;

    public static Evaluation Of(JudgedModel judged, int resamples)
    {
        var (model, data, metrics, predictions) = judged;
        var intervals = resamples == 0 ? null : BootstrapIntervals.Of(predictions, Seed, resamples);
        return new(
            model.Hash.ToString(),
            data.Name,
            data.IsSynthetic,
            metrics.Samples,
            metrics.Accuracy,
            metrics.Loss,
            metrics.MacroF1,
            metrics.MacroPrecision,
            metrics.MacroRecall,
            metrics.Micro,
            [.. data.Classes.Zip(metrics.Classes, ClassEvaluation.Of)],
            metrics.Confusion.ToRows(),
            Calibration.Of(predictions),
            intervals);
    }
}

/// <summary>How well one class is recognised.</summary>
internal sealed record ClassEvaluation(string Name, double Precision, double Recall, double F1, long Samples)
{
    public static ClassEvaluation Of(string name, ClassMetrics found)
        => new(name, found.Precision, found.Recall, found.F1, found.Support);
}
