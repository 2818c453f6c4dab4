namespace Cohort.Federation;

/// <summary>
/// Which students a round asks when all take turns: in every cycle each student is asked once, in cohorts whose labels, taken
/// together, resemble everybody's. A round's update then carries neither the label skew of its sample (Yang et al. 2021) nor the
/// variance of drawing with replacement (cyclic client participation, Cho et al. 2023).
/// </summary>
public static class BalancedCohorts
{
    /// <summary>How many rounds a cycle has: 1 / C, less where more are asked because some will fail.</summary>
    /// <param name="population">K, all students.</param>
    /// <param name="clientFraction">C, above 0 and at most 1.</param>
    /// <param name="overSelection">The share of additional students asked, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">One of them is out of its range.</exception>
    public static int PerCycle(int population, double clientFraction, double overSelection)
    {
        CohortSampling.Require(population, clientFraction, overSelection);
        var cohorts = Math.Round(1 / (clientFraction * (1 + overSelection)), MidpointRounding.AwayFromZero);
        return (int)Math.Clamp(cohorts, 1, population);
    }

    /// <summary>Deals all students into a cycle's cohorts, equal in size within one.</summary>
    /// <param name="students">Each student's labels.</param>
    /// <param name="cohorts">As <see cref="PerCycle"/> says.</param>
    /// <param name="random">The cycle's generator.</param>
    /// <returns>Shape [cohorts][students of the cohort]: each cohort's students in ascending order.</returns>
    /// <exception cref="ArgumentException">There are fewer students than cohorts.</exception>
    public static int[][] Deal(StudentHistograms students, int cohorts, Random random)
    {
        var cohortOf = new BalancedGrouping().Assign(students, cohorts, random);
        return [.. Enumerable.Range(0, cohortOf.Length).GroupBy(student => cohortOf[student]).OrderBy(cohort => cohort.Key)
            .Select(cohort => cohort.ToArray())];
    }
}
