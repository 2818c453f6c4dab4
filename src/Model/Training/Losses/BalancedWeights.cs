using Cohort.Federation;

namespace Cohort.Model.Training.Losses;

/// <summary>
/// A class counts as it is rare: by count^-a, which for a = 1 gives all classes the same say, and for a = 1/2 goes half the way
/// (King, Zeng 2001, "Logistic Regression in Rare Events Data"; the root after Mahajan et al. 2018).
/// </summary>
public sealed class BalancedWeights : IClassWeighting
{
    internal static Hyperparameter Exponent { get; } = new(
        "weightExponent", 1, "A class's weight is its count to minus this: 1 gives all classes the same say, 0.5 goes half the way.")
    {
        Least = 0,
        Most = 2,
    };

    public string Name => "balanced";

    public string Meaning => "by the inverse of a class's count (King, Zeng 2001)";

    public IReadOnlyList<Hyperparameter> Hyperparameters => [Exponent];

    public double[]? Of(IReadOnlyList<double> counts, Settings settings)
    {
        ArgumentNullException.ThrowIfNull(counts);
        ArgumentNullException.ThrowIfNull(settings);
        return [.. counts.Select(count => Math.Pow(count, -settings[Exponent]))];
    }
}
