using Cohort.Federation;

namespace Cohort.Model.Training.Losses;

/// <summary>All samples count alike.</summary>
public sealed class NoClassWeights : IClassWeighting
{
    public string Name => "none";

    public string Meaning => "all samples alike";

    public double[]? Of(IReadOnlyList<double> counts, Settings settings) => null;
}
