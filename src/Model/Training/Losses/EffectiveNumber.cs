using Cohort.Federation;

namespace Cohort.Model.Training.Losses;

/// <summary>
/// A class of n samples counts as (1 - beta) / (1 - beta^n): n samples tell less than n times what one tells (Cui et al. 2019, "Class-Balanced
/// Loss Based on Effective Number of Samples", equation 4).
/// </summary>
public sealed class EffectiveNumber : IClassWeighting
{
    internal static Hyperparameter Beta { get; } = new(
        "effectiveBeta", 0.999, "How little a further sample of a class tells: 0 weighs all classes alike, towards 1 by their counts' inverse.")
    {
        Least = 0,
        Most = 1,
        IsBelowMost = true,
        Symbol = "beta",
    };

    public string Name => "effectiveNumber";

    public string Meaning => "by the inverse of its effective number of samples (Cui et al. 2019)";

    public IReadOnlyList<Hyperparameter> Hyperparameters => [Beta];

    public double[]? Of(IReadOnlyList<double> counts, Settings settings)
    {
        ArgumentNullException.ThrowIfNull(counts);
        ArgumentNullException.ThrowIfNull(settings);
        var beta = settings[Beta];
        return [.. counts.Select(count => (1 - beta) / (1 - Math.Pow(beta, count)))];
    }
}
