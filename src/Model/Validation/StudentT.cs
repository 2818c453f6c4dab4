namespace Cohort.Model.Validation;

/// <summary>Student's t distribution for whole degrees of freedom.</summary>
internal static class StudentT
{
    /// <summary>The t for which a share of the distribution lies between -t and t.</summary>
    /// <param name="share">In (0, 1).</param>
    /// <param name="freedom">Degrees of freedom, at least 1.</param>
    public static double TwoSided(double share, int freedom)
    {
        if (!(share > 0 && share < 1))
            throw new ArgumentOutOfRangeException(nameof(share), share, "A share between 0 and 1 is expected.");
        ArgumentOutOfRangeException.ThrowIfLessThan(freedom, 1);
        (double low, double high) = (0, 1);
        while (Within(high, freedom) < share)
            high *= 2;
        for (int step = 0; step < 200 && high - low > 1e-13 * high; step++)
        {
            double middle = (low + high) / 2;
            (low, high) = Within(middle, freedom) < share ? (middle, high) : (low, middle);
        }

        return (low + high) / 2;
    }

    /// <summary>The share between -t and t (Abramowitz, Stegun 1964, 26.7.3 and 26.7.4).</summary>
    public static double Within(double t, int freedom)
    {
        double angle = Math.Atan(t / Math.Sqrt(freedom));
        (double sine, double cosine) = Math.SinCos(angle);
        bool isOdd = freedom % 2 == 1;
        double term = isOdd ? cosine : 1;
        double sum = freedom == 1 ? 0 : term;
        for (int n = isOdd ? 3 : 2; n <= freedom - 2; n += 2)
        {
            term *= cosine * cosine * (n - 1) / n;
            sum += term;
        }

        return isOdd ? 2 / Math.PI * (angle + (sine * sum)) : sine * sum;
    }
}
