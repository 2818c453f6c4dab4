namespace Cohort.Federation;

/// <summary>
/// How a round's planned noise is divided between its groups; where students draw it, a group's between those. With one
/// intra-group round only the sum over all groups is released: each of G groups that are asked adds variance sigma^2 / G, and the
/// coordinator those shares that never came, so that the sum carries the whole sigma^2 whichever groups answer. With several, a
/// group's own models go to its students in between, and each group's noise has to be the whole sigma^2, in every intra-group
/// round.
/// </summary>
/// <param name="StandardDeviationInSteps">sigma = noise multiplier z times clipping bound S / step.</param>
/// <param name="Groups">G, the groups that the round asks.</param>
/// <param name="IntraGroupRounds">The rounds that each group trains on its own before it answers.</param>
/// <param name="CountDeviationInSteps">
/// Where the last value of a sum counts updates within an adaptive bound: the standard deviation planned for it; else null.
/// </param>
public sealed record GroupNoise(
    double StandardDeviationInSteps, int Groups, int IntraGroupRounds, double? CountDeviationInSteps = null)
{
    /// <summary>What a plan says: sigma = z S / step, or z_delta S / step and sigma_b / step where the bound adapts.</summary>
    /// <param name="multiplier">z, the planned noise multiplier.</param>
    /// <param name="clip">S, the round's bound.</param>
    /// <param name="grid">Of the updates.</param>
    /// <param name="groups">G, the groups that the round asks.</param>
    /// <param name="intraGroupRounds">The rounds that each group trains on its own before it answers.</param>
    /// <param name="adaptive">How the bound adapts; null where it does not.</param>
    public static GroupNoise Planned(
        double multiplier, double clip, FixedPointGrid grid, int groups, int intraGroupRounds, AdaptiveClipping? adaptive)
    {
        ArgumentNullException.ThrowIfNull(grid);
        return new(
            (adaptive?.UpdateMultiplier(multiplier) ?? multiplier) * clip / grid.Step,
            groups,
            intraGroupRounds,
            adaptive?.CountDeviation / grid.Step);
    }

    /// <summary>The standard deviation that one group adds to its sum.</summary>
    public double ShareInSteps => ShareOf(StandardDeviationInSteps);

    /// <summary>Refuses, before a run starts, noise that could not be drawn or accounted on this grid.</summary>
    /// <param name="dimension">d, the number of values of a sum.</param>
    /// <param name="adding">How many may add a share; null for those among whom it is divided.</param>
    /// <exception cref="ArgumentException">It is too fine for the grid, or too large for sums of 64 bits.</exception>
    public void RequireUsable(int dimension, int? adding = null)
    {
        foreach (var (_, count, share) in Parts(dimension))
        {
            if (!(share is >= DiscreteGaussian.LeastSigma and <= DiscreteGaussian.LargestSigma))
                throw new ArgumentException(
                    $"Noise of {share:R} steps a share cannot be drawn, expected from {DiscreteGaussian.LeastSigma} to 2^50; choose "
                    + "a grid with more fraction bits for finer noise, and with fewer for larger.");
            if (IntraGroupRounds == 1)
                DistributedNoise.RequireNegligible(share, adding ?? Groups, count);
        }
    }

    /// <summary>Adds one group's share to its sum.</summary>
    /// <param name="sum">What the group's students add up to; somebody must have taken part.</param>
    /// <param name="secret">The run's secret.</param>
    /// <param name="key">Of this group's sum.</param>
    /// <exception cref="OverflowException">The sum has no room for noise this large; it was left as it was.</exception>
    /// <exception cref="ArgumentException">As in <see cref="RequireUsable"/>.</exception>
    public void AddShare(ExactSum sum, NoiseSecret secret, NoiseKey key)
    {
        ArgumentNullException.ThrowIfNull(sum);
        RequireUsable(sum.Values.Length);
        foreach (var (first, count, share) in Parts(sum.Values.Length))
            GaussianMechanism.AddNoise(sum, first, count, share, secret, key);
    }

    /// <summary>The parts of a sum or an update of so many values that have a sensitivity of their own, each with one group's share.</summary>
    public IEnumerable<(int First, int Count, double ShareInSteps)> Parts(int length)
    {
        var updates = CountDeviationInSteps is null ? length : length - 1;
        yield return (0, updates, ShareInSteps);
        if (CountDeviationInSteps is { } deviation)
            yield return (updates, 1, ShareOf(deviation));
    }

    private double ShareOf(double planned) => IntraGroupRounds > 1 ? planned : DistributedNoise.ShareOf(planned, Groups);

    /// <summary>
    /// Adds the shares of groups that were asked and are not in the sum: lost with their leader, or without a student that took part.
    /// Each is drawn as that group's leader would for a sum of nobody. Where groups carry the whole noise themselves there is nothing
    /// to add: what is not in the sum is not released.
    /// </summary>
    /// <param name="sum">The sum over the groups that answered.</param>
    /// <param name="secret">The run's secret.</param>
    /// <param name="run">The run's identifier.</param>
    /// <param name="round">The global round.</param>
    /// <param name="missing">The groups that are not in the sum.</param>
    /// <inheritdoc cref="AddShare" path="/exception"/>
    public void AddMissingShares(ExactSum sum, NoiseSecret secret, string run, int round, IEnumerable<int> missing)
    {
        ArgumentNullException.ThrowIfNull(missing);
        if (IntraGroupRounds > 1)
            return;
        foreach (var group in missing)
            AddShare(sum, secret, NoiseKey.Of(run, round, group, intraRound: 1, participants: []));
    }
}
