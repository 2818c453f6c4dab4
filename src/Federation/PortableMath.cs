namespace Cohort.Federation;

/// <summary>
/// Functions built from IEEE 754's exactly rounded operations alone, because the C library's logarithm differs between
/// processors and systems in its last bit, and a last bit changes a model's hash.
/// </summary>
internal static class PortableMath
{
    private const double Ln2 = 0.693147180559945309417232;
    private const double SquareRootOfTwo = 1.41421356237309504880;

    /// <summary>The natural logarithm of a positive normal number, within about two units in the last place.</summary>
    public static double Log(double x)
    {
        var bits = BitConverter.DoubleToInt64Bits(x);
        var exponent = (int)(bits >> 52) - 1023;
        var mantissa = BitConverter.Int64BitsToDouble((bits & 0xF_FFFF_FFFF_FFFF) | (1023L << 52));
        if (mantissa > SquareRootOfTwo)
        {
            mantissa *= 0.5;
            exponent++;
        }

        // log m = 2 atanh(f) with |f| <= 0.172, by its series up to f^23 (remainder below 2^-58).
        var f = (mantissa - 1) / (mantissa + 1);
        var s = f * f;
        var series = 1.0 / 23;
        series = (series * s) + (1.0 / 21);
        series = (series * s) + (1.0 / 19);
        series = (series * s) + (1.0 / 17);
        series = (series * s) + (1.0 / 15);
        series = (series * s) + (1.0 / 13);
        series = (series * s) + (1.0 / 11);
        series = (series * s) + (1.0 / 9);
        series = (series * s) + (1.0 / 7);
        series = (series * s) + (1.0 / 5);
        series = (series * s) + (1.0 / 3);
        return (exponent * Ln2) + ((2 * f) + (2 * f * s * series));
    }

    /// <summary>
    /// e^-t for 0 &lt;= t &lt;= 64, within a relative error of 2^-44: t = n ln 2 - r with |r| &lt;= 0.35, where r is off by at most
    /// n 2^-54 (the constant) + 2^-47 (the product) + 2^-54 (the difference) &lt; 2^-45; the series of e^r up to r^13 leaves less than
    /// 2^-57, and its Horner steps round by less than 2^-50. The scaling by 2^-n is exact.
    /// </summary>
    public static double ExpOfMinus(double t)
    {
        var n = (int)((t * (1 / Ln2)) + 0.5);
        var r = (n * Ln2) - t;
        var series = 1.0 / 6227020800;
        series = (series * r) + (1.0 / 479001600);
        series = (series * r) + (1.0 / 39916800);
        series = (series * r) + (1.0 / 3628800);
        series = (series * r) + (1.0 / 362880);
        series = (series * r) + (1.0 / 40320);
        series = (series * r) + (1.0 / 5040);
        series = (series * r) + (1.0 / 720);
        series = (series * r) + (1.0 / 120);
        series = (series * r) + (1.0 / 24);
        series = (series * r) + (1.0 / 6);
        series = (series * r) + (1.0 / 2);
        series = (series * r) + 1;
        series = (series * r) + 1;
        return series * BitConverter.Int64BitsToDouble((1023L - n) << 52);
    }
}
