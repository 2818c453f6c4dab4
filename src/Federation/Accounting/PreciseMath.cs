namespace Cohort.Federation.Accounting;

/// <summary>e^x - 1 and log(1 + x) without loss for small x, by Kahan's corrections (Higham 2002, section 1.14.1).</summary>
internal static class PreciseMath
{
    public static double Expm1(double x)
    {
        if (Math.Abs(x) > 0.5)
            return Math.Exp(x) - 1;
        var u = Math.Exp(x);
        if (u == 1)
            return x;
        return (u - 1) * (x / Math.Log(u));
    }

    public static double Log1p(double x)
    {
        if (Math.Abs(x) > 0.5)
            return Math.Log(1 + x);
        var u = 1 + x;
        return u == 1 ? x : Math.Log(u) * (x / (u - 1));
    }
}
