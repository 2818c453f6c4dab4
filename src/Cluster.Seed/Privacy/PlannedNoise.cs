using Cohort.Federation;
using Cohort.Federation.SecureAggregation;
using Cohort.Model.Plans;

namespace Cohort.Seed.Privacy;

/// <summary>From a plan's words to the mechanisms of Federation.</summary>
internal static class PlannedNoise
{
    /// <summary>How the bound of a plan with adaptive clipping moves.</summary>
    public static AdaptiveClipping Clipping(this Plan plan)
        => new(plan.Privacy.AdaptiveClip.Quantile, plan.Privacy.AdaptiveClip.LearningRate, plan.CountDeviation);

    /// <summary>The noise of a round that asks so many groups.</summary>
    public static GroupNoise NoiseOf(this Plan plan, double clip, FixedPointGrid grid, int groups)
        => GroupNoise.Planned(
            plan.Privacy.NoiseMultiplier,
            clip,
            grid,
            groups,
            plan.Groups.IntraGroupRounds,
            plan.Privacy.AdaptiveClip.Enabled ? plan.Clipping() : null);

    /// <summary>Refuses, before a run starts, noise that could not be drawn, added or accounted on the plan's grid.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="students">K, all students.</param>
    /// <param name="parameters">Of the model.</param>
    /// <exception cref="ArgumentException">It is too fine or too large for the grid.</exception>
    public static void RequireUsableNoise(this Plan plan, int students, int parameters)
    {
        var (grid, clip, length) = (new FixedPointGrid(plan.Privacy.FractionBits), plan.Privacy.Clip!.Value, parameters + plan.Privacy.ExtraCoordinates);
        if (!plan.Privacy.DrawsShares)
        {
            plan.NoiseOf(clip, grid, plan.Groups.Count).RequireUsable(length);
            return;
        }

        // As many as one group may be asked of: the smallest shares, and the most of them.
        var asked = Math.Max(SecureSetup.FewestStudents, plan.AskedOf(students));
        plan.ShareOf(clip, grid, asked).RequireUsable(length, adding: asked);

        var usual = Math.Max(SecureSetup.FewestStudents, asked / plan.Groups.Count);
        foreach (var (_, _, share) in plan.ShareOf(clip, grid, usual).Parts(length))
        {
            var largest = SecureSetup.BoundOf(clip, grid) + DistributedNoise.RoomFor(share);
            if (largest > int.MaxValue)
                throw new ArgumentException(
                    $"An update with its share of the noise takes up to {largest} steps of the grid, and 2^31 - 1 are the most; choose a coarser "
                    + "grid (fewer privacy.fractionBits), less noise, or more students a group.");
        }
    }

    /// <summary>The share of each student of a group that is asked so many.</summary>
    private static GroupNoise ShareOf(this Plan plan, double clip, FixedPointGrid grid, int asked)
        => plan.NoiseOf(clip, grid, SecureSetup.ThresholdOf(asked, plan.Privacy.SecureAggregationThreshold)) with { IntraGroupRounds = 1 };

    private static int AskedOf(this Plan plan, int students) => plan.Rounds.Cohorts is CohortKind.Balanced
        ? (students / BalancedCohorts.PerCycle(students, plan.Rounds.ClientFraction, plan.Rounds.OverSelection)) + 1
        : CohortSampling.SizeOf(students, plan.Rounds.ClientFraction, plan.Rounds.OverSelection);
}
