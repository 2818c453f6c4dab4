namespace Cohort.Model.Evaluation.Bias;

/// <summary>The figures that groups are compared by, of one group's confusions.</summary>
/// <param name="confusion">Rows: actual classes.</param>
internal sealed class GroupRates(ConfusionMatrix confusion)
{
    private readonly long _total = confusion.Total;

    public double? Accuracy => Share(Enumerable.Range(0, confusion.Classes).Sum(label => confusion[label, label]), _total);

    /// <summary>True positive rate.</summary>
    public double? Recall(int label) => Share(confusion[label, label], confusion.Actual(label));

    public double? FalsePositiveRate(int label)
        => Share(confusion.Predicted(label) - confusion[label, label], _total - confusion.Actual(label));

    public double? Precision(int label) => Share(confusion[label, label], confusion.Predicted(label));

    public double? PredictedShare(int label) => Share(confusion.Predicted(label), _total);

    /// <summary>Mean F1 over some classes; a class that is neither seen nor said counts as 0.</summary>
    public double? MacroF1(IReadOnlyCollection<int> labels)
        => labels.Count == 0 ? null
            : labels.Average(label => Share(2 * confusion[label, label], confusion.Actual(label) + confusion.Predicted(label)) ?? 0);

    private static double? Share(long part, long whole) => whole == 0 ? null : (double)part / whole;
}
