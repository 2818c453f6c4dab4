using Cohort.Federation;
using Cohort.Model.Plans;
using Cohort.Seed.Ledger;

namespace Cohort.Seed.Privacy;

/// <summary>What one round of a plan spends (docs/privacy.md, Sampling).</summary>
/// <param name="NoiseMultiplier">z: the noise on the sum, in clipping bounds.</param>
/// <param name="Sampling">How its students are chosen.</param>
/// <param name="Rate">q: a student's chance to be asked.</param>
public sealed record RoundPrice(double NoiseMultiplier, ChargedSampling Sampling, double Rate)
{
    /// <summary>Null for a plan that adds no noise, or hardly any: nothing bounds what it spends.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="students">K, all students.</param>
    /// <param name="excluded">How many of them are not asked any more.</param>
    public static RoundPrice? Of(Plan plan, int students, int excluded = 0)
    {
        if (!plan.BoundsEpsilon)
        {
            return null;
        }

        var multiplier = plan.MultiplierOfRound;
        var (sampling, rate) = SamplingOf(plan, students, excluded);
        return rate >= 1 ? new(multiplier, ChargedSampling.Everyone, 1) : new(multiplier, sampling, rate);
    }

    private static (ChargedSampling Sampling, double Rate) SamplingOf(Plan plan, int students, int excluded)
    {
        var rounds = plan.Rounds;
        if (plan.Privacy.Mechanism is NoiseMechanism.Local)
        {
            return (ChargedSampling.Everyone, 1); // a leader sees who sent what
        }

        return rounds.Cohorts switch
        {
            CohortKind.Poisson => (ChargedSampling.Poisson, rounds.ClientFraction),
            CohortKind.Balanced =>
                (ChargedSampling.Turns, 1.0 / BalancedCohorts.PerCycle(students, rounds.ClientFraction, rounds.OverSelection)),
            _ => (ChargedSampling.FixedSize, RateOfFixedSize(rounds, students, Math.Max(1, students - excluded))),
        };
    }

    private static double RateOfFixedSize(RoundsPlan rounds, int students, int available)
    {
        var asked = CohortSampling.SizeOf(students, rounds.ClientFraction, rounds.OverSelection);
        return Math.Min(1, (double)asked / available);
    }
}
