using System.Security.Cryptography;

namespace Cohort.Federation;

/// <summary>
/// Adds discrete Gaussian noise to a sum (McMahan et al. 2018, Algorithm 1, with the mechanism of Canonne, Kamath and Steinke 2020 on
/// the grid's whole steps). The noise is drawn exactly, see <see cref="DiscreteGaussian"/>.
/// </summary>
public static class GaussianMechanism
{
    /// <summary>Room for noise in a sum, in standard deviations: noise beyond has a probability below 10^-56 a value.</summary>
    internal const double Room = 16;

    /// <summary>
    /// Adds independent noise N_Z(0, sigma^2) to each value, in order, drawn from the AES-256-CTR stream whose key is
    /// HKDF-SHA256(secret, info = key and first). The same secret and key give the same noise on every processor.
    /// </summary>
    /// <param name="sum">Shape [n], in steps of the grid.</param>
    /// <param name="standardDeviationInSteps">sigma = noise multiplier z times sensitivity S / step; from 1/32 to 2^50.</param>
    /// <param name="secret">The run's secret.</param>
    /// <param name="key">Names this release; never use one key for two different sums.</param>
    /// <exception cref="OverflowException">The sum has no room for noise this large; it was left as it was.</exception>
    public static void AddNoise(ExactSum sum, double standardDeviationInSteps, NoiseSecret secret, NoiseKey key)
    {
        ArgumentNullException.ThrowIfNull(sum);
        AddNoise(sum, 0, sum.Values.Length, standardDeviationInSteps, secret, key);
    }

    /// <summary>
    /// Adds noise to the values first to first + count - 1 alone, for a sum whose parts have sensitivities of their own. Parts that begin
    /// at different values draw independent noise under one key.
    /// </summary>
    /// <param name="sum">Shape [n], in steps of the grid.</param>
    /// <param name="first">Index of the first value that gets noise.</param>
    /// <param name="count">How many get noise, at least 1.</param>
    /// <param name="standardDeviationInSteps">As above, of this part.</param>
    /// <param name="secret">The run's secret.</param>
    /// <param name="key">Names this release; never use one key for two different sums.</param>
    /// <exception cref="OverflowException">The sum has no room for noise this large; it was left as it was.</exception>
    public static void AddNoise(
        ExactSum sum, int first, int count, double standardDeviationInSteps, NoiseSecret secret, NoiseKey key)
        => AddNoise(sum, first, count, standardDeviationInSteps, secret, key, Room);

    internal static void AddNoise(
        ExactSum sum, int first, int count, double standardDeviationInSteps, NoiseSecret secret, NoiseKey key, double room)
    {
        ArgumentNullException.ThrowIfNull(sum);
        ArgumentNullException.ThrowIfNull(secret);
        if (first < 0 || count < 1 || count > sum.Values.Length - first)
            throw new ArgumentOutOfRangeException(
                nameof(count), count, $"Noise was asked for {count} values from {first} on, but the sum has {sum.Values.Length}.");
        if (!(double.IsFinite(standardDeviationInSteps) && standardDeviationInSteps > 0))
            throw new ArgumentOutOfRangeException(
                nameof(standardDeviationInSteps), standardDeviationInSteps,
                "The noise's standard deviation is a finite number of steps above 0; a plan without privacy adds no noise.");
        if (standardDeviationInSteps > DiscreteGaussian.LargestSigma)
            throw new OverflowException(
                $"Noise with a standard deviation of {standardDeviationInSteps:R} steps does not fit into sums of 64 bits; "
                + "choose a coarser grid (fewer fraction bits).");

        var gaussian = new DiscreteGaussian(standardDeviationInSteps);
        var largest = (long)(room * standardDeviationInSteps) + 1;
        var aesKey = secret.DeriveKey(key.Encode(first));
        try
        {
            // The tail has no end: noise that passes the room reserved for it is taken back, and the sum is not released.
            var values = sum.ReserveNoise((ulong)largest).Slice(first, count);
            var passed = Add(gaussian, aesKey, values, largest);
            if (passed >= 0)
            {
                Subtract(gaussian, aesKey, values[..passed]);
                throw new OverflowException(
                    $"The noise of value {first + passed} passed {room} standard deviations, for which the sum has no room reserved; "
                    + "the sum was left as it was. Ask for it again with other participants.");
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(aesKey);
        }
    }

    /// <returns>The index of the first value whose noise is larger in magnitude, which was not added; -1 if there is none.</returns>
    private static int Add(DiscreteGaussian gaussian, byte[] aesKey, Span<long> values, long largest)
    {
        using var words = new KeyStream(aesKey);
        for (var i = 0; i < values.Length; i++)
        {
            var noise = gaussian.Next(words);
            if (noise > largest || noise < -largest)
                return i;
            values[i] += noise;
        }

        return -1;
    }

    private static void Subtract(DiscreteGaussian gaussian, byte[] aesKey, Span<long> values)
    {
        using var words = new KeyStream(aesKey);
        foreach (ref var value in values)
            value -= gaussian.Next(words);
    }
}
