namespace Cohort.Federation.Accounting;

/// <summary>
/// The standard normal distribution, to a few units in the last place relative to the value even in the far tails. The error function
/// is Cody's (1969, "Rational Chebyshev approximations for the error function").
/// </summary>
internal static class Normal
{
    public const double InverseSquareRootOf2Pi = 0.398942280401432677939946;

    private const double SquareRootOfHalf = 0.707106781186547524400844;
    private const double InverseSquareRootOfPi = 0.564189583547756286948079;

    public static double Density(double x) => InverseSquareRootOf2Pi * Math.Exp(-0.5 * x * x);

    /// <summary>P(X > x).</summary>
    public static double Upper(double x)
    {
        if (x <= 0.46875 / SquareRootOfHalf)
        {
            return x < -0.46875 / SquareRootOfHalf
                ? 1 - Upper(-x)
                : 0.5 - (0.5 * ErfNearZero(x * SquareRootOfHalf));
        }

        return 0.5 * Math.Exp(-0.5 * x * x) * ScaledErfc(x * SquareRootOfHalf);
    }

    /// <summary>Mills' ratio P(X > x) / density(x).</summary>
    public static double Mills(double x) => x >= 0.46875 / SquareRootOfHalf
        ? 0.5 * ScaledErfc(x * SquareRootOfHalf) / InverseSquareRootOf2Pi
        : Upper(x) / Density(x);

    /// <summary>
    /// P(a &lt; X &lt; b), with a relative error of some 1e-15 however narrow or far out: a narrow interval is integrated (the error of
    /// Gauss-Legendre with 8 points is below 2e-23 of the mass there), a wide one is a difference that does not cancel.
    /// </summary>
    public static double Mass(double a, double b)
    {
        if (a + b < 0)
            (a, b) = (-b, -a);
        return ((b - a) * (Math.Abs(b) + 4)) switch
        {
            >= 1 => Upper(a) - Upper(b),
            >= 0.02 => GaussLegendre.NormalMass(a, b),
            _ => GaussLegendre.ShortNormalMass(a, b),
        };
    }

    /// <summary>An x with P(X > x) at most the tail given, and not much less.</summary>
    public static double Beyond(double tail)
    {
        double low = 0, high = 38;
        while (high - low > 0.01)
        {
            var x = 0.5 * (low + high);
            (low, high) = Upper(x) > tail ? (x, high) : (low, x);
        }

        return high;
    }

    private static double ErfNearZero(double x)
    {
        var y = x * x;
        return x * Horner(y, [
                1.85777706184603153e-1, 3.16112374387056560, 1.13864154151050156e2, 3.77485237685302021e2, 3.20937758913846947e3,
            ]) / Horner(y, [
                1, 2.36012909523441209e1, 2.44024637934444173e2, 1.28261652607737228e3, 2.84423683343917062e3,
            ]);
    }

    /// <summary>exp(x^2) erfc(x) for x of at least 0.46875.</summary>
    private static double ScaledErfc(double x)
    {
        if (x <= 4)
        {
            return Horner(x, [
                2.15311535474403846e-8, 5.64188496988670089e-1, 8.88314979438837594, 6.61191906371416295e1, 2.98635138197400131e2,
                8.81952221241769090e2, 1.71204761263407058e3, 2.05107837782607147e3, 1.23033935479799725e3,
            ]) / Horner(x, [
                1, 1.57449261107098347e1, 1.17693950891312499e2, 5.37181101862009858e2, 1.62138957456669019e3,
                3.29079923573345963e3, 4.36261909014324716e3, 3.43936767414372164e3, 1.23033935480374942e3,
            ]);
        }

        var y = 1 / (x * x);
        var rest = y * Horner(y, [
                1.63153871373020978e-2, 3.05326634961232344e-1, 3.60344899949804439e-1, 1.25781726111229246e-1,
                1.60837851487422766e-2, 6.58749161529837803e-4,
            ]) / Horner(y, [
                1, 2.56852019228982242, 1.87295284992346725, 5.27905102951428412e-1, 6.05183413124413191e-2, 2.33520497626869185e-3,
            ]);
        return (InverseSquareRootOfPi - rest) / x;
    }

    /// <summary>A polynomial, the highest power's coefficient first.</summary>
    private static double Horner(double x, ReadOnlySpan<double> coefficients)
    {
        var sum = coefficients[0];
        foreach (var coefficient in coefficients[1..])
            sum = (sum * x) + coefficient;
        return sum;
    }
}
