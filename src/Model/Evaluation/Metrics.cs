namespace Cohort.Model.Evaluation;

/// <summary>How well one class is recognised.</summary>
/// <param name="Precision">Of the samples taken for the class, the share that is of it; 0 where none was.</param>
/// <param name="Recall">Of the samples of the class, the share that was taken for it; 0 where there is none.</param>
/// <param name="F1">Harmonic mean of both; 0 where both are.</param>
/// <param name="Support">Samples of the class.</param>
public sealed record ClassMetrics(double Precision, double Recall, double F1, long Support);

/// <summary>
/// How well a model does on a set of samples. A class without samples or predictions counts as 0 and still counts in
/// <see cref="MacroF1"/>: scikit-learn's <c>f1_score(labels=all classes, average="macro", zero_division=0)</c>.
/// </summary>
/// <param name="Accuracy">Share of samples whose class was found; 0 where there are no samples.</param>
/// <param name="Loss">Mean loss per sample.</param>
/// <param name="MacroF1">Mean F1 over all classes, each counting the same.</param>
/// <param name="Classes">By class, in the order of the data set's class list.</param>
/// <param name="Confusion">What everything above was computed from.</param>
public sealed record Metrics(
    double Accuracy, double Loss, double MacroF1, IReadOnlyList<ClassMetrics> Classes, ConfusionMatrix Confusion)
{
    public long Samples => Confusion.Total;

    /// <summary>Mean precision over all classes.</summary>
    public double MacroPrecision => Classes.Average(c => c.Precision);

    /// <summary>Mean recall over all classes: balanced accuracy, where each class has samples.</summary>
    public double MacroRecall => Classes.Average(c => c.Recall);

    /// <summary>
    /// Precision, recall and F1 over all samples at once. Every sample is of one class and taken for one, so that all three are the accuracy.
    /// </summary>
    public double Micro => Accuracy;

    /// <param name="confusion">Predictions, counted.</param>
    /// <param name="loss">Mean loss per sample.</param>
    public static Metrics Of(ConfusionMatrix confusion, double loss)
    {
        var classes = Enumerable.Range(0, confusion.Classes).Select(c => OfClass(confusion, c)).ToArray();
        var hits = Enumerable.Range(0, confusion.Classes).Sum(c => confusion[c, c]);
        return new Metrics(Share(hits, confusion.Total), loss, classes.Average(c => c.F1), classes, confusion);
    }

    private static ClassMetrics OfClass(ConfusionMatrix confusion, int label)
    {
        var hits = confusion[label, label];
        var (actual, predicted) = (confusion.Actual(label), confusion.Predicted(label));
        // 2 P R / (P + R) in counts: one division, so no rounding of P and R creeps in.
        return new ClassMetrics(Share(hits, predicted), Share(hits, actual), Share(2 * hits, actual + predicted), actual);
    }

    private static double Share(long part, long whole) => whole == 0 ? 0 : (double)part / whole;
}
