using System.Globalization;
using Cohort.Federation;

namespace Cohort.Model.Plans;

/// <summary>What must hold of a plan whose leaders look at each update by itself, or whose students attack.</summary>
internal static class RobustRules
{
    public static IReadOnlyList<PlanRules.Rule> All { get; } =
    [
        new("aggregation.rule", "privacy.secureAggregation", p => p is { Privacy.SecureAggregation: true } && IsSingle(p)
            ? $"{RuleOf(p).Name} looks at each update by itself, and under secure aggregation nobody sees more than a sum; leave one of " +
              "them out."
            : null),
        new("aggregation.rule", "privacy.noiseMultiplier",
            p => p.Privacy is { IsPrivate: true, Mechanism: not NoiseMechanism.Local } && IsSingle(p)
                ? $"the leaders' noise is measured for a sum, and nobody knows how far one student moves what {RuleOf(p).Name} makes of " +
                  "a group; take privacy.mechanism local, or the rule mean."
                : null),
        new("aggregation.rule", "privacy.adaptiveClip.enabled", p => p.Privacy.AdaptiveClip.Enabled && IsSingle(p)
            ? $"adaptive clipping counts the updates within its bound in their sum, and {RuleOf(p).Name} makes none; take a fixed bound, " +
              "or the rule mean."
            : null),
        new("aggregation.rule", "rounds.cohorts", p => p.Rounds.Cohorts is CohortKind.Poisson && LeastOf(p) > 1
            ? $"{RuleOf(p).Name} needs {LeastOf(p)} updates, and a poisson cohort may be of any size; take uniform or balanced cohorts."
            : null),
        new("aggregation.rule", "rounds.clientFraction",
            p => p.Rounds.Cohorts is not CohortKind.Poisson && LeastOf(p) > 1 && UpdatesOfGroup(p) < LeastOf(p)
                ? $"{RuleOf(p).Name} needs {LeastOf(p)} updates{Bearing(p)}, and a round gives a group {UpdatesOfGroup(p)}; take fewer " +
                  "groups, a larger rounds.clientFraction, or fewer aggregation.attackers."
                : null),
        new("aggregation.attackers", "attack.share",
            p => HasTolerance(p) && p.Attack.IsOn && AttackersOfGroup(p) > RuleOf(p).Settings[IAggregationRule.Attackers]
                ? $"{Percent(p.Attack.Share)} of the {UpdatesOfGroup(p)} students whom a round gives a group are " +
                  $"{AttackersOfGroup(p)} attackers, and {RuleOf(p).Name} is to bear " +
                  $"{JsonTokens.Number(RuleOf(p).Settings[IAggregationRule.Attackers])}; raise it, or lower attack.share."
                : null),
        new("attack.kind", "privacy.secureAggregation", p => p is { Privacy.SecureAggregation: true, Attack.IsOn: true }
            ? "masked updates have room for what is within the clipping bound, to which no attacker keeps; leave one of them out."
            : null),
        new("attack.kind", "privacy.noiseMultiplier",
            p => p.Privacy is { IsPrivate: true, Mechanism: not NoiseMechanism.Local } && Collude(p)
                ? $"by {p.Attack.Kind.Name} each attacker's update follows from those of all, for which the leaders' noise is not " +
                  "measured; take privacy.mechanism local, or another attack."
                : null),
        new("attack.kind", "privacy.adaptiveClip.enabled", p => p is { Privacy.AdaptiveClip.Enabled: true, Attack.IsOn: true }
            ? "adaptive clipping believes students that say whether their update was within the bound, and attackers are not simulated " +
              "to say anything; take a fixed bound, or no attack."
            : null),
    ];

    /// <summary>Updates that a round gives a group of average size, where as many fall silent as the plan has drop out.</summary>
    private static int UpdatesOfGroup(Plan plan)
    {
        var wanted = (double)plan.Rounds.Participants(plan.Students.Count);
        var answering = wanted * (1 + plan.Rounds.OverSelection) * (1 - plan.Students.Dropout);
        return (int)(Math.Min(wanted, answering) / plan.Groups.Count);
    }

    private static int AttackersOfGroup(Plan plan) =>
        (int)Math.Round(plan.Attack.Share * UpdatesOfGroup(plan), MidpointRounding.AwayFromZero);

    private static Choice<IAggregationRule> RuleOf(Plan plan) => plan.Aggregation.Rule;

    private static bool IsSingle(Plan plan) => RuleOf(plan).Kind.NeedsSingleUpdates;

    private static int LeastOf(Plan plan) => RuleOf(plan).Kind.LeastUpdates(RuleOf(plan).Settings);

    private static bool HasTolerance(Plan plan) => RuleOf(plan).Kind.Hyperparameters.Contains(IAggregationRule.Attackers);

    private static bool Collude(Plan plan) => plan.Attack.Kind.Kind.IsColluding;

    private static string Bearing(Plan plan) => HasTolerance(plan)
        ? $" to bear {JsonTokens.Number(RuleOf(plan).Settings[IAggregationRule.Attackers])} attackers among them"
        : "";

    private static string Percent(double share) => (share * 100).ToString("0.##", CultureInfo.InvariantCulture) + " %";
}
