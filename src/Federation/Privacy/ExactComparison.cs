using System.Numerics;

namespace Cohort.Federation;

/// <summary>Decides in whole numbers whether a uniform real U is below a multiple of exp(-y^2 / (2 sigma^2)).</summary>
internal static class ExactComparison
{
    private const int GuardBits = 128;

    /// <summary>
    /// Whether U &lt; scale / weight * exp(-y^2 / (2 sigma^2)); draws a word for the next 64 bits of U as often as those known leave both
    /// possible. As the exponential of a fraction other than 0 is no fraction, that ends.
    /// </summary>
    /// <param name="first">The first 32 bits of U.</param>
    /// <param name="y">A whole number.</param>
    /// <param name="sigma">The exact value of this double.</param>
    /// <param name="scale">At least 0.</param>
    /// <param name="weight">At least 1 and below 2^64.</param>
    /// <param name="words">Where the further bits of U come from.</param>
    public static bool IsBelow(uint first, BigInteger y, double sigma, BigInteger scale, BigInteger weight, KeyStream words)
    {
        var (numerator, denominator) = Exponent(y, sigma);
        BigInteger u = first;
        for (var bits = 32; ; bits += 64)
        {
            if (Decide(u, bits, numerator, denominator, scale, weight) is { } decision)
                return decision;
            u = (u << 64) + words.Next();
        }
    }

    /// <summary>
    /// Bounds e^x times 2^precision from below and above, for x = numerator / denominator >= 0: the Taylor series of e^(x / 2^r) &lt;= e^(1/2)
    /// with every step rounded down and up, squared r times.
    /// </summary>
    internal static (BigInteger Lower, BigInteger Upper) Exp(BigInteger numerator, BigInteger denominator, int precision)
    {
        var one = BigInteger.One << precision;
        if (numerator.IsZero)
            return (one, one);
        var squarings = (int)(BigInteger.Divide(numerator << 1, denominator) + 1).GetBitLength();
        var divisor = denominator << squarings;
        var (lower, upper) = (one, one);
        var (down, up) = (one, one);
        for (var n = 1; up > 1; n++)
        {
            down = down * numerator / (divisor * n);
            up = DivideUp(up * numerator, divisor * n);
            lower += down;
            upper += up;
        }

        upper += up; // the terms left out are together smaller than the last, as each is at most half of the one before
        for (var i = 0; i < squarings; i++)
        {
            lower = lower * lower >> precision;
            upper = DivideUp(upper * upper, one);
        }

        return (lower, upper);
    }

    /// <summary>U lies in [u, u + 1) / 2^bits. Null if the bound lies there, too.</summary>
    private static bool? Decide(
        BigInteger u, int bits, BigInteger numerator, BigInteger denominator, BigInteger scale, BigInteger weight)
    {
        // Far out: e^-x < 2^-(bits + scale's bits), so the bound is below 2^-bits. Spares numbers of a million digits.
        if (numerator >= denominator * (bits + scale.GetBitLength()))
            return u.IsZero ? null : false;
        var precision = bits + GuardBits;
        var (lower, upper) = Exp(numerator, denominator, precision);
        var bound = scale << (bits + precision);
        if ((u + 1) * weight * upper <= bound)
            return true;
        return u * weight * lower >= bound ? false : null;
    }

    /// <summary>y^2 / (2 sigma^2) as a fraction, sigma being a whole number times a power of two.</summary>
    private static (BigInteger Numerator, BigInteger Denominator) Exponent(BigInteger y, double sigma)
    {
        var bits = BitConverter.DoubleToInt64Bits(sigma);
        BigInteger mantissa = (bits & 0xF_FFFF_FFFF_FFFF) | (1L << 52);
        var power = (int)(bits >> 52) - 1023 - 52;
        var square = mantissa * mantissa << 1;
        return power < 0 ? (y * y << (-2 * power), square) : (y * y, square << (2 * power));
    }

    private static BigInteger DivideUp(BigInteger value, BigInteger divisor) => (value + divisor - 1) / divisor;
}
