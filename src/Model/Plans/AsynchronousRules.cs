namespace Cohort.Model.Plans;

/// <summary>What must hold of a plan in mode fedBuff.</summary>
internal static class AsynchronousRules
{
    private const string Mode = "rounds.mode";

    public static IReadOnlyList<PlanRules.Rule> All { get; } =
    [
        new("rounds.concurrency", Mode, p => p.Rounds is { Mode: RoundMode.Synchronous, Concurrency: > 0 }
            ? "synchronous rounds ask as many as rounds.clientFraction says; leave it out, or take fedBuff for rounds.mode."
            : null),
        new("rounds.concurrency", Mode, p => IsFedBuff(p) && p.Rounds.Concurrency == 0
            ? "fedBuff needs to know how many students train at a time; give 1 or more."
            : null),
        new("rounds.concurrency", "students.count", p => IsFedBuff(p) && p.Rounds.Concurrency + Buffer(p) > p.Students.Count
            ? $"{p.Rounds.Concurrency} students in training and {Buffer(p)} in the buffer (rounds.clientFraction) are more than the " +
              $"{p.Students.Count} there are; lower one of them."
            : null),
        new(Mode, "rounds.cohorts", p => IsFedBuff(p) && p.Rounds.Cohorts is not CohortKind.Uniform
            ? "whom a round averages follows from who is done first; take uniform cohorts."
            : null),
        new(Mode, "rounds.overSelection", p => IsFedBuff(p) && p.Rounds.OverSelection > 0
            ? "a buffer waits for no particular student, so that none is asked in another's place; take 0 for rounds.overSelection."
            : null),
        new(Mode, "groups.intraGroupRounds", p => IsFedBuff(p) && p.Groups.IntraGroupRounds > 1
            ? "students of a group begin with different models, and it has none of its own to train on; take 1 for groups.intraGroupRounds."
            : null),
        new(Mode, "privacy.noiseMultiplier", p => IsFedBuff(p) && p.Privacy.IsPrivate
            ? "how often a student takes part follows from its pace, and the accountant knows sampling alone; take synchronous rounds."
            : null),
        new(Mode, "training.recordPrivacy.clip", p => IsFedBuff(p) && p.Training.RecordPrivacy.IsOn
            ? "how often a student takes part follows from its pace, and DP-SGD's accountant knows sampling alone; take synchronous rounds."
            : null),
        new(Mode, "training.algorithm", p => IsFedBuff(p) && p.Training.Algorithm.Kind.HasControl
            ? $"{p.Training.Algorithm.Name}'s control variate is of the newest model, with which few students begin; take synchronous rounds."
            : null),
    ];

    private static bool IsFedBuff(Plan plan) => plan.Rounds.Mode is RoundMode.FedBuff;

    private static int Buffer(Plan plan) => plan.Rounds.Participants(plan.Students.Count);
}
