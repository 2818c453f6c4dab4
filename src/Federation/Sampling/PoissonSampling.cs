namespace Cohort.Federation;

/// <summary>
/// Which students a round asks when each takes part independently of all others (Poisson sampling): what the accountants of
/// Abadi et al. 2016 and Mironov et al. 2019 assume, and what amplifies privacy the most.
/// </summary>
public static class PoissonSampling
{
    /// <summary>The probability with which a student is asked, C times (1 + over-selection), at most 1.</summary>
    public static double Rate(double clientFraction, double overSelection)
    {
        CohortSampling.Require(1, clientFraction, overSelection);
        return Math.Min(1, clientFraction * (1 + overSelection));
    }

    /// <summary>
    /// Distinct students in ascending order, perhaps none. Time grows with the cohort, not with the population: between two
    /// students lie geometrically many.
    /// </summary>
    /// <param name="population">K, all students.</param>
    /// <param name="excluded">Students that may not be asked; they do not change the others' chances.</param>
    /// <param name="rate">q, above 0 and at most 1.</param>
    /// <param name="random">The round's generator, secret where the sample is to amplify privacy.</param>
    public static int[] Sample(int population, IReadOnlySet<int> excluded, double rate, Random random)
    {
        CohortSampling.Require(population, rate, 0);
        ArgumentNullException.ThrowIfNull(excluded);
        ArgumentNullException.ThrowIfNull(random);
        var sample = new List<int>((int)Math.Min(population, 16 + (1.2 * rate * population)));
        for (var next = Skip(rate, random); next < population; next += 1 + Skip(rate, random))
        {
            if (!excluded.Contains((int)next))
                sample.Add((int)next);
        }

        return [.. sample];
    }

    /// <summary>How many are passed over before the next one: P(k) = q (1 - q)^k, by inversion.</summary>
    private static long Skip(double rate, Random random)
    {
        if (rate == 1)
            return 0;
        var skip = PortableMath.Log(1 - random.NextDouble()) / PortableMath.Log(1 - rate);
        return skip < int.MaxValue ? (long)skip : int.MaxValue;
    }
}
