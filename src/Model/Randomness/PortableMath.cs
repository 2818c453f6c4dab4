namespace Cohort.Model.Randomness;

/// <summary>
/// Logarithm, exponential, sine and cosine from additions, multiplications and divisions alone. The C library behind <see
/// cref="Math"/> picks another implementation per processor, and the last bit may differ; these give the same bits everywhere, so
/// that all nodes of a run draw the same partition. Accurate to a few units in the last place.
/// </summary>
internal static class PortableMath
{
    private const double Ln2High = 6.93147180369123816490e-01;
    private const double Ln2Low = 1.90821492927058770002e-10;

    /// <summary>ln x for finite, positive, normal x.</summary>
    public static double Log(double x)
    {
        int exponent = Math.ILogB(x);
        double mantissa = Math.ScaleB(x, -exponent);
        if (mantissa > 1.4142135623730951)
        {
            mantissa /= 2;
            exponent++;
        }

        // ln m = 2 artanh s, with |s| below 0.172: eleven odd terms reach 1e-18.
        double s = (mantissa - 1) / (mantissa + 1);
        double square = s * s;
        double sum = 0;
        for (int k = 23; k >= 1; k -= 2)
            sum = (sum * square) + (1.0 / k);
        return (exponent * Ln2High) + ((exponent * Ln2Low) + (2 * s * sum));
    }

    /// <summary>e^x; 0 below -700, which is all that probabilities need.</summary>
    public static double Exp(double x)
    {
        if (x < -700)
            return 0;
        double k = Math.Round(x / (Ln2High + Ln2Low));
        double r = x - (k * Ln2High) - (k * Ln2Low);
        double sum = 1;
        for (int n = 16; n >= 1; n--)
            sum = 1 + (sum * r / n);
        return Math.ScaleB(sum, (int)k);
    }

    /// <summary>Sine and cosine for angles within one radian.</summary>
    public static (double Sin, double Cos) SinCos(double angle)
    {
        double square = angle * angle;
        (double sin, double cos) = (1, 1);
        for (int n = 20; n >= 2; n -= 2)
        {
            cos = 1 - (cos * square / (n * (n - 1)));
            sin = 1 - (sin * square / (n * (n + 1)));
        }

        return (angle * sin, cos);
    }
}
