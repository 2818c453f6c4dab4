namespace Cohort.Federation;

/// <summary>
/// A clipping bound that follows a quantile of the updates' norms (Andrew et al. 2021, "Differentially Private Learning with
/// Adaptive Clipping", Algorithm 1). Each student tells, as one more coordinate of its update, whether its norm was within the
/// bound; the count is noised as the sum is, and the bound moves geometrically.
/// </summary>
/// <param name="Quantile">gamma: the share of updates that should lie within the bound, 0 to 1.</param>
/// <param name="LearningRate">eta_C, above 0.</param>
/// <param name="CountDeviation">sigma_b: standard deviation of the count's noise, in students; above 0.</param>
public sealed record AdaptiveClipping(double Quantile, double LearningRate, double CountDeviation)
{
    /// <summary>
    /// z_delta = (z^-2 - (2 sigma_b)^-2)^(-1/2): the multiplier of the updates' own noise with which sum and count together are as
    /// private as one sum under z (Theorem 1 there). The count changes by 1/2 at most, as its summands are -1/2 and 1/2.
    /// </summary>
    /// <param name="multiplier">z, above 0.</param>
    /// <exception cref="ArgumentException">2 sigma_b is not above z: the count alone spends more.</exception>
    public double UpdateMultiplier(double multiplier)
    {
        var left = Math.Pow(multiplier, -2) - Math.Pow(2 * CountDeviation, -2);
        return left > 0
            ? 1 / Math.Sqrt(left)
            : throw new ArgumentException(
                $"The count's noise of {CountDeviation:R} students spends all the privacy of multiplier {multiplier:R}; "
                + $"expected a deviation above {multiplier / 2:R}. Raise privacy.adaptiveClip.countNoise, or ask more students.");
    }

    /// <summary>What a student adds to its update: 1/2 or -1/2, in steps of the grid.</summary>
    public static int Indicator(bool within, FixedPointGrid grid)
    {
        ArgumentNullException.ThrowIfNull(grid);
        return (within ? 1 : -1) * Half(grid);
    }

    /// <summary>
    /// The next round's bound: C exp(-eta_C (b - gamma)), b being the noised share of updates within the bound.
    /// </summary>
    /// <param name="bound">C, this round's.</param>
    /// <param name="indicators">The noised sum of the indicators, in steps of the grid.</param>
    /// <param name="participants">m, how many are in it, or were to be expected in it; above 0.</param>
    /// <param name="grid">The updates' grid.</param>
    public double Next(double bound, long indicators, double participants, FixedPointGrid grid)
    {
        L2Clipping.RequireBound(bound);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(participants);
        var share = (indicators / (2.0 * Half(grid)) / participants) + 0.5;
        return bound * Exp(Math.Clamp(-LearningRate * (share - Quantile), -LargestStep, LargestStep));
    }

    // Of few students, noise alone may say anything; a bound that once became 0 or infinite would never come back.
    private const double LargestStep = 1.38629436111989; // ln 4

    private static double Exp(double x) => x <= 0 ? PortableMath.ExpOfMinus(-x) : 1 / PortableMath.ExpOfMinus(x);

    private static int Half(FixedPointGrid grid) => 1 << (grid.FractionBits - 1);
}
