namespace Cohort.Federation.Accounting;

/// <summary>
/// The Gaussian mechanism with sensitivity mu standard deviations, exactly (Balle and Wang 2018, Theorem 8):
/// delta = Phi(mu/2 - eps/mu) - e^eps Phi(-mu/2 - eps/mu).
/// </summary>
public static class AnalyticGaussian
{
    /// <summary>The least delta at an epsilon of 0 or more.</summary>
    /// <param name="epsilon">0 or more.</param>
    /// <param name="mu">Sensitivity over standard deviation; 0 or more, finite.</param>
    /// <exception cref="ArgumentOutOfRangeException">One of them is not.</exception>
    public static double Delta(double epsilon, double mu)
    {
        RequireMu(mu);
        if (!(epsilon >= 0))
            throw new ArgumentOutOfRangeException(nameof(epsilon), epsilon, "Epsilon is a number of 0 or more.");
        if (mu == 0 || double.IsPositiveInfinity(epsilon))
            return 0;
        if (epsilon == 0)
            return Normal.Mass(-mu / 2, mu / 2);

        // density(a) = e^eps density(b), so that nothing overflows and the far tails keep their digits.
        var a = (epsilon / mu) - (mu / 2);
        var b = (epsilon / mu) + (mu / 2);
        return a > -30
            ? Math.Max(0, Normal.Density(a) * (Normal.Mills(a) - Normal.Mills(b)))
            : 1 - (Normal.Density(a) * Normal.Mills(b));
    }

    /// <summary>The least epsilon at a delta, 0 where mu is small enough; a bisection to the last bits.</summary>
    /// <param name="delta">Above 0 and below 1.</param>
    /// <param name="mu">Sensitivity over standard deviation; 0 or more, finite.</param>
    /// <exception cref="ArgumentOutOfRangeException">One of them is not.</exception>
    public static double Epsilon(double delta, double mu)
    {
        Budget.RequireDelta(delta);
        RequireMu(mu);
        if (Delta(0, mu) <= delta)
            return 0;
        double low = 0, high = mu * (mu + 1);
        while (Delta(high, mu) > delta)
            (low, high) = (high, 2 * high);
        for (var middle = 0.5 * (low + high); middle > low && middle < high; middle = 0.5 * (low + high))
            (low, high) = Delta(middle, mu) > delta ? (middle, high) : (low, middle);
        return high;
    }

    private static void RequireMu(double mu)
    {
        if (!(double.IsFinite(mu) && mu >= 0))
            throw new ArgumentOutOfRangeException(nameof(mu), mu, "Mu, sensitivity over noise, is a finite number of 0 or more.");
    }
}

/// <summary>Exact accounting of runs in which everybody takes part in every round; refuses others.</summary>
public sealed class AnalyticGaussianAccountant : IPrivacyAccountant
{
    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A round samples its students.</exception>
    public EpsilonBound Epsilon(Composition composition, double delta)
    {
        ArgumentNullException.ThrowIfNull(composition);
        if (composition.Sampled.Any())
            throw new ArgumentException(
                "The analytic Gaussian accounts only for rounds in which everyone takes part; take the Renyi accountant for rounds that "
                + "sample.", nameof(composition));
        var epsilon = AnalyticGaussian.Epsilon(delta, composition.Mu);
        return new EpsilonBound(epsilon, epsilon, epsilon);
    }
}
