using Cohort.Federation;
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
}
