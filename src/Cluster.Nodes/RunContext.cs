using System.Globalization;
using Cohort.Clustering;
using Cohort.Federation;
using Cohort.Federation.SecureAggregation;
using Cohort.Messages;
using Cohort.Model.Networks;
using Cohort.Model.Plans;
using Cohort.Model.Randomness;
using Cohort.Model.Training;
using Cohort.Model.Training.Algorithms;

namespace Cohort.Nodes;

/// <summary>All that a node knows of a run: its plan, the students with their data, the network.</summary>
public class RunContext
{
    /// <param name="run">Its id.</param>
    /// <param name="plan">What is trained, and how.</param>
    /// <param name="population">Who has which samples.</param>
    /// <param name="noise">Keys the leaders' noise.</param>
    public RunContext(string run, Plan plan, Population population, NoiseSecret noise)
    {
        Run = run;
        Plan = plan;
        Population = population;
        Network = population.NetworkOf(plan);
        Encoding = population.EncodingOf(plan);
        Noise = noise;
        NoiseName = plan.NoiseName(run);
        Grid = new FixedPointGrid(plan.Privacy.FractionBits);
        NeedsSingleUpdates = plan.NeedsSingleUpdates;
        Attackers = Attackers.Of(plan, population);
        Normalised = NormalisedAveraging.Of(plan, population);
        Memory = MemoryLayout.Of(plan, Network);
    }

    public string Run { get; }

    public Plan Plan { get; }

    public Population Population { get; }

    public NetworkSpec Network { get; }

    public IInputEncoding Encoding { get; }

    public NoiseSecret Noise { get; }

    /// <inheritdoc cref="Plan.NoiseName"/>
    public string NoiseName { get; }

    public FixedPointGrid Grid { get; }

    /// <inheritdoc cref="Plan.NeedsSingleUpdates"/>
    public bool NeedsSingleUpdates { get; }

    /// <summary>Nobody, where the plan simulates no attack.</summary>
    public Attackers Attackers { get; }

    /// <summary>Null where updates are averaged as they are.</summary>
    public NormalisedAveraging? Normalised { get; }

    /// <summary>How what a student remembers lies in bytes; empty where students remember nothing.</summary>
    public MemoryLayout Memory { get; }

    /// <summary>True if the plan has this student fall silent in this round.</summary>
    public bool DropsOut(int student, int round)
        => Plan.Students.Dropout > 0
            && KeyedRandom.For((ulong)Plan.Seed, Purpose.Dropout, round, student).NextDouble() < Plan.Students.Dropout;

    /// <summary>What updates are clipped to; null where they are not.</summary>
    /// <param name="asked">The round's bound, or 0 where the plan's holds.</param>
    public double? ClipOf(double asked) => Plan.Privacy.AdaptiveClip.Enabled && asked > 0 ? asked : Plan.Privacy.Clip;

    /// <summary>The plan's noise, as so many parties divide it between them.</summary>
    /// <param name="asked">The round's bound, or 0 where the plan's holds.</param>
    /// <param name="parties">Groups, or students.</param>
    /// <param name="intraGroupRounds">Above 1, each party draws all of it.</param>
    public GroupNoise NoiseOf(double asked, int parties, int intraGroupRounds = 1)
    {
        var (privacy, adaptive) = (Plan.Privacy, Plan.Privacy.AdaptiveClip);
        return GroupNoise.Planned(
            privacy.NoiseMultiplier,
            ClipOf(asked)!.Value,
            Grid,
            parties,
            intraGroupRounds,
            adaptive.Enabled ? new(adaptive.Quantile, adaptive.LearningRate, Plan.CountDeviation) : null);
    }

    /// <inheritdoc cref="Plan.UpdateLengthOf"/>
    public int UpdateLengthOf(int parameters) => Plan.UpdateLengthOf(parameters);

    /// <summary>
    /// The numbers of a secure sum of updates, which leader and students each compute for themselves: what a student adds of
    /// noise has room on the 32-bit grid, and without noise an update has no more than the bound that it was clipped to.
    /// </summary>
    /// <param name="students">n, asked in the group.</param>
    /// <param name="parameters">Of the model.</param>
    /// <param name="asked">The round's clipping bound, or 0 where the plan's holds.</param>
    /// <param name="threshold">t, where it is to be more than the plan's.</param>
    /// <param name="noiseShares">Where students draw the noise: so many shares make all of it; 0 for t.</param>
    /// <exception cref="SecureAggregationException">No secure sum of so many students can be had.</exception>
    public SecureSetup SecureSetupOf(int students, int parameters, double asked, int threshold = 0, int noiseShares = 0)
    {
        var t = Math.Max(threshold, SecureSetup.ThresholdOf(students, Plan.Privacy.SecureAggregationThreshold));
        var bound = Plan.Privacy switch
        {
            { DrawsShares: true } => BoundWithShare(asked, noiseShares == 0 ? t : noiseShares),
            { IsPrivate: true, Mechanism: NoiseMechanism.Local } => 1L << 31,
            _ => BoundOf(asked).Max(),
        };
        return new(students, t, UpdateLengthOf(parameters), bound);
    }

    /// <summary>The largest |value| of an update, and of what an adaptive bound adds to it; in steps.</summary>
    private IEnumerable<long> BoundOf(double asked)
        => Plan.Privacy.AdaptiveClip.Enabled
            ? [SecureSetup.BoundOf(ClipOf(asked)!.Value, Grid), AdaptiveClipping.Indicator(within: true, Grid)]
            : [SecureSetup.BoundOf(ClipOf(asked)!.Value, Grid)];

    private long BoundWithShare(double asked, int noiseShares)
    {
        var shares = NoiseOf(asked, noiseShares).Parts(UpdateLengthOf(1)).Select(part => DistributedNoise.RoomFor(part.ShareInSteps));
        var bound = BoundOf(asked).Zip(shares, (value, noise) => value + noise).Max();
        return bound <= int.MaxValue
            ? bound
            : throw new SecureAggregationException(
                $"An update with its share of the noise takes up to {bound} steps, and 2^31 - 1 are the most; take a coarser grid "
                + "(privacy.fractionBits), or ask more students of a group.");
    }

    /// <summary>Where a student is reached: simulated ones by their number, wherever they are spread to; resident ones by their name.</summary>
    /// <param name="cluster">The seam.</param>
    /// <param name="student">Its number.</param>
    public (IActorRef Region, string Id) AddressOf(ICluster cluster, int student)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        return Population.Roster is { } roster
            ? (cluster.Entities(Regions.Residents), roster.Residents[student].Name)
            : (cluster.Region(Regions.Students), student.ToString(CultureInfo.InvariantCulture));
    }

    /// <inheritdoc cref="Population.WeightOf"/>
    public int WeightOf(int student) => Population.WeightOf(student, Plan);
}

/// <summary>
/// From a run's definition to its context: loads the data of this node. Throws a sentence if this node has other data.
/// </summary>
public delegate RunContext OpenRun(RunDefinition definition);
