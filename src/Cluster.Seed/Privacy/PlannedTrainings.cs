using Cohort.Federation;
using Cohort.Model.Plans;

namespace Cohort.Seed.Privacy;

/// <summary>How often a plan has one student train.</summary>
/// <param name="Most">The most that chance can make of it: no student trains more often.</param>
/// <param name="Expected">On average over students, rounded up.</param>
public sealed record PlannedTrainings(long Most, long Expected)
{
    /// <param name="plan">Rounds, cohorts and intra-group rounds.</param>
    /// <param name="students">K, all students.</param>
    public static PlannedTrainings Of(Plan plan, int students)
    {
        var rounds = plan.Rounds;
        if (rounds.Cohorts is CohortKind.Balanced)
        {
            var perCycle = BalancedCohorts.PerCycle(students, rounds.ClientFraction, rounds.OverSelection);
            return Trainings((rounds.Count + perCycle - 1L) / perCycle, (double)rounds.Count / perCycle);
        }

        var chance = rounds.Cohorts is CohortKind.Poisson
            ? rounds.ClientFraction
            : Math.Min(1, (double)CohortSampling.SizeOf(students, rounds.ClientFraction, rounds.OverSelection) / students);
        return Trainings(rounds.Count, rounds.Count * chance);

        PlannedTrainings Trainings(long most, double expected)
            => new(most * plan.Groups.IntraGroupRounds, (long)Math.Ceiling((expected * plan.Groups.IntraGroupRounds) - 1e-9));
    }
}
