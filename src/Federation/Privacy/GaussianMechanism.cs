using System.Security.Cryptography;

namespace Cohort.Federation;

/// <summary>
/// Adds Gaussian noise to a group's sum (McMahan et al. 2018, Algorithm 1). The noise is drawn in floating point by the inverse
/// normal distribution function and rounded to whole steps; a later version draws from the exact discrete Gaussian instead
/// (Canonne, Kamath and Steinke 2020), and until then epsilon is "not accounted".
/// </summary>
public static class GaussianMechanism
{
    // The smallest tail probability drawn is 2^-65, whose quantile is 9.2 standard deviations.
    private const double LargestQuantile = 10;

    /// <summary>
    /// Adds independent noise to each value: value i's uniform number is word i of the AES-256-CTR stream whose key is
    /// HKDF-SHA256(secret, info = key). The same secret and key give the same noise on every processor.
    /// </summary>
    /// <param name="sum">Shape [n], in steps of the grid.</param>
    /// <param name="standardDeviationInSteps">sigma = noise multiplier z times sensitivity S / step; finite and above 0.</param>
    /// <param name="secret">The run's secret.</param>
    /// <param name="key">Names this release; never use one key for two different sums.</param>
    /// <exception cref="OverflowException">The sum has no room for noise this large; it was left as it was.</exception>
    public static void AddNoise(ExactSum sum, double standardDeviationInSteps, NoiseSecret secret, NoiseKey key)
    {
        ArgumentNullException.ThrowIfNull(sum);
        ArgumentNullException.ThrowIfNull(secret);
        if (!(double.IsFinite(standardDeviationInSteps) && standardDeviationInSteps > 0))
            throw new ArgumentOutOfRangeException(
                nameof(standardDeviationInSteps), standardDeviationInSteps,
                "The noise's standard deviation is a finite number of steps above 0; a plan without privacy adds no noise.");

        var aesKey = secret.DeriveKey(key.Encode());
        try
        {
            using var stream = new KeyStream(aesKey);
            var rest = sum.ReserveNoise(LargestNoise(standardDeviationInSteps));
            while (!rest.IsEmpty)
            {
                var words = stream.Next();
                var count = Math.Min(words.Length, rest.Length);
                for (var i = 0; i < count; i++)
                    rest[i] += (long)Math.Round(standardDeviationInSteps * Gaussian(words[i]), MidpointRounding.ToEven);
                rest = rest[count..];
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(aesKey);
        }
    }

    /// <summary>The top bit is the sign, the other 63 the tail probability: (k + 1/2) / 2^64, so never 0.</summary>
    internal static double Gaussian(ulong word)
    {
        var tail = ((long)(word & long.MaxValue) + 0.5) * (1.0 / 18446744073709551616.0);
        var value = PortableMath.NormalUpperQuantile(tail);
        return (long)word < 0 ? -value : value;
    }

    private static ulong LargestNoise(double standardDeviationInSteps)
    {
        var largest = (LargestQuantile * standardDeviationInSteps) + 1;
        return largest < long.MaxValue ? (ulong)largest : ulong.MaxValue;
    }
}
