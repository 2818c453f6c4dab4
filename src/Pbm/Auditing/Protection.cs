using Cohort.Federation.SecureAggregation;
using Cohort.Model.Plans;
using Cohort.Model.Training;

namespace Cohort.Pbm.Auditing;

/// <summary>What an audit protects updates with, to see what it is worth.</summary>
/// <param name="Clip">Clipping bound S on the L2 norm of an update.</param>
/// <param name="NoiseMultiplier">z: the noise's standard deviation in clipping bounds.</param>
/// <param name="Students">Students whose updates a group adds up.</param>
/// <param name="Groups">Groups that a round asks.</param>
/// <param name="FractionBits">Of the grid.</param>
/// <param name="PlannedView">Which view of <see cref="UpdateViews"/> the plan lets a leader see.</param>
internal sealed record Protection(
    double Clip, double NoiseMultiplier, int Students, int Groups, int FractionBits, string PlannedView)
{
    // What the field's papers begin with; an audit of a plan without protection shows what it would change.
    private const double DefaultClip = 1.0;
    private const double DefaultNoise = 1.0;

    /// <summary>Students whose shares make all of the noise: in all groups together, where nobody says otherwise.</summary>
    public int NoiseShares { get => field == 0 ? Students * Groups : field; init; }

    /// <summary>The plan's; what it lacks, by default.</summary>
    public static Protection Of(Plan plan, Population population)
    {
        var privacy = plan.Privacy;
        var asked = plan.Rounds.Participants(population.Students);
        var groups = Math.Min(plan.Groups.Count, asked);
        var students = Math.Max(2, asked / groups);
        return new(
            privacy.Clip ?? DefaultClip,
            privacy.NoiseMultiplier > 0 ? privacy.NoiseMultiplier : DefaultNoise,
            students,
            groups,
            privacy.FractionBits,
            Planned(privacy))
        {
            NoiseShares = privacy.DrawsShares ? SecureSetup.ThresholdOf(students, privacy.SecureAggregationThreshold) : 0,
        };
    }

    private static string Planned(PrivacyPlan privacy) => privacy switch
    {
        { SecureAggregation: true, IsPrivate: true, Mechanism: not NoiseMechanism.Central } => UpdateViews.NoisedSum,
        { SecureAggregation: true } => UpdateViews.Sum,
        { IsPrivate: true, Mechanism: NoiseMechanism.Local } => UpdateViews.LocalNoise,
        { IsPrivate: true, Mechanism: NoiseMechanism.Distributed } => UpdateViews.NoiseShare,
        { Clip: not null } => UpdateViews.Clipped,
        _ => UpdateViews.AsItIs,
    };
}
