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
    /// The standard normal value above which lies the probability <paramref name="tail"/>, above 0 and at most 0.5, to about 16
    /// digits (Wichura 1988, algorithm AS 241, PPND16).
    /// </summary>
    public static double NormalUpperQuantile(double tail)
    {
        var q = 0.5 - tail;
        if (q <= 0.425)
            return Central(0.180625 - (q * q)) * q;
        var r = Math.Sqrt(-Log(tail));
        return r <= 5 ? Near(r - 1.6) : Far(r - 5);
    }

    private static double Central(double r) =>
        ((((((((((((((2509.0809287301226727 * r) + 33430.575583588128105) * r) + 67265.770927008700853) * r)
            + 45921.953931549871457) * r) + 13731.693765509461125) * r) + 1971.5909503065514427) * r)
            + 133.14166789178437745) * r) + 3.387132872796366608)
        / ((((((((((((((5226.495278852854561 * r) + 28729.085735721942674) * r) + 39307.89580009271061) * r)
            + 21213.794301586595867) * r) + 5394.1960214247511077) * r) + 687.1870074920579083) * r)
            + 42.313330701600911252) * r) + 1.0);

    private static double Near(double r) =>
        ((((((((((((((7.7454501427834140764e-4 * r) + 0.0227238449892691845833) * r) + 0.24178072517745061177) * r)
            + 1.27045825245236838258) * r) + 3.64784832476320460504) * r) + 5.7694972214606914055) * r)
            + 4.6303378461565452959) * r) + 1.42343711074968357734)
        / ((((((((((((((1.05075007164441684324e-9 * r) + 5.475938084995344946e-4) * r) + 0.0151986665636164571966) * r)
            + 0.14810397642748007459) * r) + 0.68976733498510000455) * r) + 1.6763848301838038494) * r)
            + 2.05319162663775882187) * r) + 1.0);

    private static double Far(double r) =>
        ((((((((((((((2.01033439929228813265e-7 * r) + 2.71155556874348757815e-5) * r) + 0.0012426609473880784386) * r)
            + 0.026532189526576123093) * r) + 0.29656057182850489123) * r) + 1.7848265399172913358) * r)
            + 5.4637849111641143699) * r) + 6.6579046435011037772)
        / ((((((((((((((2.04426310338993978564e-15 * r) + 1.4215117583164458887e-7) * r) + 1.8463183175100546818e-5) * r)
            + 7.868691311456132591e-4) * r) + 0.0148753612908506148525) * r) + 0.13692988092273580531) * r)
            + 0.59983220655588793769) * r) + 1.0);
}
