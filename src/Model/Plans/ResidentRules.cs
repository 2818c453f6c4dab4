namespace Cohort.Model.Plans;

/// <summary>What must hold of a plan for resident students, whose samples lie on their own devices.</summary>
internal static class ResidentRules
{
    private const string Partition = "students.partition";

    public static IReadOnlyList<PlanRules.Rule> All { get; } =
    [
        new("training.algorithm", Partition, p => p.IsResident && p.Training.Algorithm.Kind.StudentsRemember
            ? $"what students remember under {p.Training.Algorithm.Name} travels with their updates, and a resident's would leave its device; " +
              "take fedAvg, fedProx or fedNova."
            : null),
        new("compression.errorFeedback", Partition, p => p is { IsResident: true, Compression.ErrorFeedback: true }
            ? "what was left out of an update travels with it, and a resident's would leave its device; leave it out."
            : null),
        new("rounds.mode", Partition, p => p is { IsResident: true, Rounds.Mode: RoundMode.FedBuff }
            ? "asynchronous rounds go by a virtual clock, which no device keeps to; take synchronous rounds."
            : null),
        new("attack.kind", Partition, p => p is { IsResident: true, Attack.IsOn: true }
            ? "attackers are simulated, and resident students are not; take none."
            : null),
        new("students.dropout", Partition, p => p is { IsResident: true, Students.Dropout: > 0 }
            ? "a silent student is simulated, and resident ones fall silent by themselves; leave it out."
            : null),
        new("students.holdOut", Partition, p => p is { IsResident: true, Students.HoldOut: > 0 }
            ? "what a resident student keeps from training is its device's own affair; leave it out."
            : null),
    ];
}
