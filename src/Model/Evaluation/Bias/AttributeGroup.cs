namespace Cohort.Model.Evaluation.Bias;

/// <summary>How a model does on the samples of one value of an attribute.</summary>
/// <param name="Value">The value; <see cref="BiasAudit.UnknownValue"/> for samples whose value is not known.</param>
/// <param name="Samples">How many samples there are.</param>
/// <param name="Persons">Of how many persons they are; null where that is not known.</param>
/// <param name="IsSmall">There are fewer than the least number of samples, so that no gap is measured on them.</param>
/// <param name="Accuracy">Share of samples whose class was found.</param>
/// <param name="AccuracyInterval">Its 95 % interval; null where none was asked for.</param>
/// <param name="MacroF1">Mean F1 over the classes of which every group that counts has samples; all the attribute's groups have the same.</param>
/// <param name="MacroF1Interval">Its 95 % interval.</param>
/// <param name="Classes">By class.</param>
public sealed record AttributeGroup(
    string Value,
    int Samples,
    int? Persons,
    bool IsSmall,
    double Accuracy,
    Interval? AccuracyInterval,
    double MacroF1,
    Interval? MacroF1Interval,
    IReadOnlyList<GroupClass> Classes);

/// <summary>How well one class is recognised in one group.</summary>
/// <param name="Name">The class.</param>
/// <param name="Samples">Samples of the class in the group.</param>
/// <param name="IsSmall">There are fewer than the least number of them: recall is told, and no gap is measured on it.</param>
/// <param name="Recall">Share of them that was found (true positive rate); null where there is none.</param>
/// <param name="RecallInterval">Its 95 % interval; null where there is none, or none was asked for.</param>
/// <param name="Precision">Of the group's samples taken for the class, the share that is of it; null where none was.</param>
/// <param name="FalsePositiveRate">Of the group's samples of other classes, the share taken for this one; null where there is none.</param>
/// <param name="PredictedShare">Share of the group's samples taken for the class.</param>
public sealed record GroupClass(
    string Name,
    int Samples,
    bool IsSmall,
    double? Recall,
    Interval? RecallInterval,
    double? Precision,
    double? FalsePositiveRate,
    double PredictedShare);

/// <summary>How much better a model does for one group than for another.</summary>
/// <param name="Name">Which figure: one of <see cref="BiasAudit"/>'s names.</param>
/// <param name="Value">The largest difference between two groups, from 0 to 1.</param>
/// <param name="Class">The class in which it is so large; null for figures of all classes.</param>
/// <param name="Rate">For equalised odds, which rate it is: recall or false positive rate; else null.</param>
/// <param name="Most">The group with more.</param>
/// <param name="Least">The group with less.</param>
/// <param name="Interval">
/// 95 % interval of the difference of these two groups in this figure, which includes 0 where samples do not suffice to tell them apart; null
/// where none was asked for.
/// </param>
/// <param name="ByChance">
/// So large a gap, or less, is seen in 95 of 100 cases where the attribute means nothing: its values dealt anew among the samples. As a gap is
/// the largest of many differences, it is never 0. Null where no intervals were asked for.
/// </param>
public sealed record Gap(string Name, double Value, string? Class, string? Rate, string Most, string Least, Interval? Interval, double? ByChance)
{
    /// <summary>True if neither the interval nor chance explains it.</summary>
    public bool IsClear => Interval is { Low: > 0 } && Value > ByChance;
}
