using System.Numerics;

namespace Cohort.Federation.Tests;

/// <summary>
/// Algorithms 1 to 3 of Canonne, Kamath and Steinke 2020 word by word, in fractions of whole numbers: slow, and exact if the
/// generator's bits are.
/// </summary>
internal sealed class LiteralDiscreteGaussian(int seed)
{
    private readonly Random _random = new(seed);

    /// <summary>Algorithm 3: N_Z(0, sigma^2) with sigma^2 a fraction.</summary>
    public long Sample(BigInteger squareNumerator, BigInteger squareDenominator)
    {
        var t = (long)Math.Floor(Math.Sqrt((double)squareNumerator / (double)squareDenominator)) + 1;
        while (true)
        {
            var y = Laplace(t);
            // (|y| - sigma^2 / t)^2 / (2 sigma^2), with sigma^2 = n / d: (|y| d t - n)^2 / (2 n d t^2)
            var difference = (BigInteger.Abs(y) * squareDenominator * t) - squareNumerator;
            if (BernoulliExp(difference * difference, 2 * squareNumerator * squareDenominator * t * t))
                return (long)y;
        }
    }

    /// <summary>Algorithm 2 with s = 1: the discrete Laplace distribution of scale t.</summary>
    private BigInteger Laplace(long t)
    {
        while (true)
        {
            var u = Uniform(t);
            if (!BernoulliExp(u, t))
                continue;
            BigInteger v = 0;
            while (BernoulliExp(1, 1))
                v++;
            var magnitude = u + (t * v);
            var isNegative = Uniform(2) == 1;
            if (!isNegative || !magnitude.IsZero)
                return isNegative ? -magnitude : magnitude;
        }
    }

    /// <summary>Algorithm 1: true with probability exp(-gamma), gamma = numerator / denominator.</summary>
    private bool BernoulliExp(BigInteger numerator, BigInteger denominator)
    {
        for (; numerator > denominator; numerator -= denominator)
        {
            if (!BernoulliExp(1, 1))
                return false;
        }

        BigInteger k = 1;
        while (Uniform(denominator * k) < numerator) // Bernoulli(gamma / k)
            k++;
        return !k.IsEven;
    }

    private BigInteger Uniform(BigInteger below)
    {
        var bits = (int)(below - 1).GetBitLength();
        var bytes = new byte[(bits / 8) + 1];
        while (true)
        {
            _random.NextBytes(bytes);
            bytes[^1] &= (byte)((1 << (bits % 8)) - 1);
            var value = new BigInteger(bytes, isUnsigned: true);
            if (value < below)
                return value;
        }
    }
}
