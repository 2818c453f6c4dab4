namespace Cohort.Federation.Accounting;

/// <summary>Refuses budgets that mean nothing.</summary>
internal static class Budget
{
    public static void RequireDelta(double delta)
    {
        if (delta is not (> 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(delta), delta, "Delta is a number above 0 and below 1, such as 1e-5.");
        if (delta < 1e-200)
            throw new ArgumentOutOfRangeException(nameof(delta), delta, "A delta below 1e-200 cannot be accounted in double precision.");
    }

    public static void RequireEpsilon(double epsilon)
    {
        if (!(double.IsFinite(epsilon) && epsilon > 0))
            throw new ArgumentOutOfRangeException(nameof(epsilon), epsilon, "A target epsilon is a finite number above 0.");
    }
}
