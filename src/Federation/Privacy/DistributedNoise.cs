namespace Cohort.Federation;

/// <summary>
/// Noise that several parties add in shares, each drawing a discrete Gaussian of its own (Kairouz, Liu and Steinke 2021, "The
/// Distributed Discrete Gaussian Mechanism for Federated Learning with Secure Aggregation"). The sum of shares is not quite a discrete
/// Gaussian; <see cref="Tau"/> bounds by how much. The proofs are in docs/privacy.md.
/// </summary>
public static class DistributedNoise
{
    /// <summary>What <see cref="ExtraEpsilon"/> may be at most to be left out of the account.</summary>
    public const double Negligible = 1.0 / (1L << 40);

    /// <summary>Below half a step the bound on the sum of shares does not hold.</summary>
    private const double LeastShare = 0.5;

    /// <summary>
    /// The standard deviation that each party adds so that the shares of any <paramref name="honest"/> of them have at least the planned
    /// variance together: sigma / sqrt(t), rounded up.
    /// </summary>
    /// <param name="standardDeviationInSteps">sigma, planned for the sum.</param>
    /// <param name="honest">t, the parties that may be counted on to add their shares, at least 1.</param>
    public static double ShareOf(double standardDeviationInSteps, int honest)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(honest, 1);
        // Root and quotient are each too small by at most 2^-53 of themselves.
        return honest == 1 ? standardDeviationInSteps : standardDeviationInSteps / Math.Sqrt(honest) * (1 + Math.ScaleB(1, -50));
    }

    /// <summary>
    /// The largest |noise| for which a share needs room in a masked sum, in steps: beyond lies a probability below 10^-56 a value, which
    /// delta is charged with.
    /// </summary>
    /// <param name="shareInSteps">s.</param>
    public static long RoomFor(double shareInSteps) => (long)(GaussianMechanism.Room * shareInSteps) + 1;

    /// <summary>
    /// tau = 10 sum_{k=1}^{n-1} exp(-2 pi^2 s^2 k / (k + 1)) for n shares of standard deviation s: each value's probability under their
    /// sum is within a factor exp(+-tau) of that under N_Z(0, n s^2) (Kairouz et al. 2021, Corollary 12). Rounded up.
    /// </summary>
    /// <param name="shareInSteps">s, at least 1/2.</param>
    /// <param name="parties">n, at least 1.</param>
    public static double Tau(double shareInSteps, int parties)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(parties, 1);
        if (!(shareInSteps >= LeastShare))
            throw new ArgumentOutOfRangeException(
                nameof(shareInSteps), shareInSteps,
                $"Noise can be added in shares of at least {LeastShare} steps; choose a finer grid (more fraction bits).");
        var exponent = -2 * Math.PI * Math.PI * shareInSteps * shareInSteps;
        double sum = 0;
        for (var k = parties - 1; k >= 1; k--) // the small terms first
            sum += Math.Exp(exponent * k / (k + 1));
        return parties == 1 ? 0 : (10 * sum * (1 + 1e-9)) + double.Epsilon; // a positive bound also where every term is below all doubles
    }

    /// <summary>
    /// 2 tau d: what the shares add to the epsilon of the one discrete Gaussian that they stand for, delta growing by the factor
    /// exp(tau d).
    /// </summary>
    /// <param name="shareInSteps">s, at least 1/2.</param>
    /// <param name="parties">n, at least 1.</param>
    /// <param name="dimension">d, the number of values of the sum.</param>
    public static double ExtraEpsilon(double shareInSteps, int parties, int dimension) =>
        2 * Tau(shareInSteps, parties) * dimension;

    /// <summary>Refuses shares so small that their sum could not be accounted as one discrete Gaussian.</summary>
    /// <exception cref="ArgumentException">2 tau d is above 2^-40.</exception>
    public static void RequireNegligible(double shareInSteps, int parties, int dimension)
    {
        var extra = ExtraEpsilon(shareInSteps, parties, dimension);
        if (!(extra <= Negligible))
            throw new ArgumentException(
                $"{parties} noise shares of {shareInSteps:R} steps each over {dimension} values could cost an epsilon of {extra:G3} more "
                + "than the noise that they stand for, expected at most 2^-40; choose a finer grid (more fraction bits) or fewer shares.");
    }
}
