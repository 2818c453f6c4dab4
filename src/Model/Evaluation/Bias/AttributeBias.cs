namespace Cohort.Model.Evaluation.Bias;

/// <summary>What a model makes of the values of one attribute.</summary>
/// <param name="Attribute">Its name.</param>
/// <param name="Samples">Samples looked at.</param>
/// <param name="Unknown">Samples whose value is not known.</param>
/// <param name="UnknownCounts">They are a group of their own; else they are left out.</param>
/// <param name="LeastSamples">Groups and classes with fewer samples are told as small, and no gap is measured on them.</param>
/// <param name="Resamples">How often the samples were drawn again; 0 for no intervals.</param>
/// <param name="ByPerson">Persons were drawn again, with all of their samples, and not single samples.</param>
/// <param name="Values">Different values.</param>
/// <param name="Groups">By value, in the order of the values; empty where there are too many for a table.</param>
/// <param name="Gaps">Largest differences; empty where fewer than two groups have enough samples, or there are too many groups.</param>
/// <param name="Distribution">The accuracies of all values as a distribution, for attributes of many values, such as person; else null.</param>
public sealed record AttributeBias(
    string Attribute,
    int Samples,
    int Unknown,
    bool UnknownCounts,
    int LeastSamples,
    int Resamples,
    bool ByPerson,
    int Values,
    IReadOnlyList<AttributeGroup> Groups,
    IReadOnlyList<Gap> Gaps,
    AccuracyDistribution? Distribution);
