namespace Cohort.Federation;

/// <summary>
/// Which students a round asks: m = max(C K, 1) of all K students, drawn uniformly (McMahan et al. 2017, Algorithm 1).
/// </summary>
public static class CohortSampling
{
    /// <summary>
    /// Distinct students in ascending order: round(C K), at least one, times (1 + over-selection), rounded; all there are when
    /// fewer are available. Time and memory grow with the cohort and the excluded students, not with the population.
    /// </summary>
    /// <param name="population">K, all students, excluded ones included.</param>
    /// <param name="excluded">Students that may not be asked, such as quarantined ones; other numbers are ignored.</param>
    /// <param name="clientFraction">C, above 0 and at most 1.</param>
    /// <param name="overSelection">The share of additional students asked because some will fail, 0 or more.</param>
    /// <param name="random">The round's generator.</param>
    public static int[] Sample(
        int population, IReadOnlySet<int> excluded, double clientFraction, double overSelection, Random random)
    {
        Require(population, clientFraction, overSelection);
        ArgumentNullException.ThrowIfNull(excluded);
        ArgumentNullException.ThrowIfNull(random);
        var missing = excluded.Where(student => student >= 0 && student < population).Order().ToArray();
        var available = population - missing.Length;
        var sample = Choose(available, Math.Min(SizeOf(population, clientFraction, overSelection), available), random);
        SkipMissing(sample, missing);
        return sample;
    }

    /// <summary>How many students a round asks where so many are available: round(C K), at least one, times (1 + over-selection).</summary>
    /// <param name="population">K, all students.</param>
    /// <param name="clientFraction">C, above 0 and at most 1.</param>
    /// <param name="overSelection">The share of additional students, 0 or more.</param>
    public static int SizeOf(int population, double clientFraction, double overSelection)
    {
        Require(population, clientFraction, overSelection);
        var cohort = Math.Max(1, Math.Round(clientFraction * population, MidpointRounding.AwayFromZero));
        return (int)Math.Min(int.MaxValue, Math.Round(cohort * (1 + overSelection), MidpointRounding.AwayFromZero));
    }

    internal static void Require(int population, double clientFraction, double overSelection)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(population, 1);
        if (clientFraction is not (> 0 and <= 1))
            throw new ArgumentOutOfRangeException(
                nameof(clientFraction), clientFraction, "The client fraction C is a number above 0 and at most 1.");
        if (!(double.IsFinite(overSelection) && overSelection >= 0))
            throw new ArgumentOutOfRangeException(
                nameof(overSelection), overSelection, "The over-selection is a finite share of 0 or more.");
    }

    /// <summary>Floyd's algorithm (Bentley and Floyd 1987): a uniform subset of 0..n-1, here sorted.</summary>
    private static int[] Choose(int n, int count, Random random)
    {
        var chosen = new HashSet<int>(count);
        for (var last = n - count; last < n; last++)
        {
            if (!chosen.Add(random.Next(last + 1)))
                chosen.Add(last);
        }

        var sorted = chosen.ToArray();
        Array.Sort(sorted);
        return sorted;
    }

    /// <summary>Turns ranks among the available students into students: each missing one moves those behind it up.</summary>
    private static void SkipMissing(int[] ranks, int[] missing)
    {
        var passed = 0;
        for (var i = 0; i < ranks.Length; i++)
        {
            while (passed < missing.Length && missing[passed] <= ranks[i] + passed)
                passed++;
            ranks[i] += passed;
        }
    }
}
