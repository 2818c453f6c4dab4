namespace Cohort.Federation;

/// <summary>Means on the grid: exact integer sums, and one rounding to the nearest step, ties to the even one.</summary>
internal static class GridMean
{
    /// <summary>sum / count, rounded.</summary>
    /// <param name="sum">At most 2^62 in magnitude.</param>
    /// <param name="count">From 1 to 2^31 - 1.</param>
    public static int Of(long sum, long count)
    {
        var (quotient, rest) = Math.DivRem(sum, count);
        var twice = 2 * Math.Abs(rest);
        return (int)(twice > count || (twice == count && (quotient & 1) != 0) ? quotient + Math.Sign(rest) : quotient);
    }

    /// <summary>The mean of some updates, all of weight 1.</summary>
    public static void Of(IReadOnlyList<int[]> updates, Span<int> mean)
    {
        var sums = new long[mean.Length];
        foreach (var update in updates)
        {
            for (var i = 0; i < sums.Length; i++)
                sums[i] += update[i];
        }

        for (var i = 0; i < sums.Length; i++)
            mean[i] = Of(sums[i], updates.Count);
    }

    /// <summary>The step that is nearest to a value, within what an update can hold.</summary>
    public static int Nearest(double value) =>
        (int)Math.Clamp(Math.Round(value, MidpointRounding.ToEven), int.MinValue, int.MaxValue);
}
