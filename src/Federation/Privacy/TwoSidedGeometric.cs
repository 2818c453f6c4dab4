namespace Cohort.Federation;

/// <summary>
/// Draws from the two-sided geometric distribution P(x) proportional to exp(-epsilon |x|) for every integer x, the noise of the
/// geometric mechanism (Ghosh, Roughgarden and Sundararajan 2012), exactly: by whole numbers alone, as Algorithms 1 and 2 of Canonne,
/// Kamath and Steinke 2020 do.
/// </summary>
internal sealed class TwoSidedGeometric
{
    /// <summary>epsilon is rounded down to a multiple of 2^-20, towards more noise.</summary>
    private const int FractionBits = 20;
    private const ulong One = 1UL << FractionBits;

    public const double LeastEpsilon = 1.0 / 1024;
    public const double LargestEpsilon = 64;

    private readonly ulong _epsilon;

    /// <param name="epsilon">From 2^-10 to 64.</param>
    public TwoSidedGeometric(double epsilon)
    {
        if (!(epsilon is >= LeastEpsilon and <= LargestEpsilon))
            throw new ArgumentOutOfRangeException(
                nameof(epsilon), epsilon, $"A geometric mechanism's epsilon is from {LeastEpsilon} to {LargestEpsilon}.");
        _epsilon = (ulong)(epsilon * One);
    }

    /// <summary>What is drawn with, in units of 2^-20.</summary>
    internal ulong Epsilon => _epsilon;

    /// <summary>The next value.</summary>
    public long Next(KeyStream words)
    {
        while (true)
        {
            // x = u + t v is geometric with ratio exp(-1/t), t = 2^20, as P(x) is proportional to exp(-u/t) exp(-v); so x / s,
            // rounded down, is geometric with ratio exp(-s/t) = exp(-epsilon).
            var u = words.Next() & (One - 1);
            if (!HappensWithExpOfMinus(u, words))
                continue;
            ulong v = 0;
            while (HappensWithExpOfMinus(One, words))
                v++;
            var magnitude = (long)((u + (v << FractionBits)) / _epsilon);
            var negative = (words.Next() >> 63) == 1;
            if (negative && magnitude == 0)
                continue;
            return negative ? -magnitude : magnitude;
        }
    }

    /// <summary>True with probability exp(-gamma / 2^20), for gamma from 0 to 2^20: von Neumann's series of falling products.</summary>
    private static bool HappensWithExpOfMinus(ulong gamma, KeyStream words)
    {
        uint k = 1;
        while ((words.Next() & (One - 1)) < gamma && IsOneOf(k, words))
            k++;
        return k % 2 == 1;
    }

    /// <summary>True with probability 1/k.</summary>
    private static bool IsOneOf(uint k, KeyStream words)
    {
        if (k == 1)
            return true;
        var last = ulong.MaxValue - (ulong.MaxValue % k) - 1; // the last word of a whole number of k
        ulong word;
        do
        {
            word = words.Next();
        }
        while (word > last);
        return word % k == 0;
    }
}
