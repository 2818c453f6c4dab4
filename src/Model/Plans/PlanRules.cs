namespace Cohort.Model.Plans;

/// <summary>What must hold beyond the range of each single field.</summary>
internal static class PlanRules
{
    /// <summary>One rule: the field to blame, the other field it speaks about, and what is wrong or null.</summary>
    internal sealed record Rule(string Field, string Other, Func<Plan, string?> Problem);

    internal static IReadOnlyList<Rule> Contradictions { get; } =
    [
        new("groups.count", "students.count", p => p.Groups.Count > p.Students.Count
            ? $"{p.Groups.Count} groups cannot be formed of {p.Students.Count} students; " +
              "give at most as many groups as students.count."
            : null),
        new("rounds.minimumParticipants", "rounds.clientFraction",
            p => p.Rounds.MinimumParticipants > p.Rounds.Participants(p.Students.Count)
                ? $"{p.Rounds.MinimumParticipants} participants are required, but rounds.clientFraction " +
                  $"{JsonTokens.Number(p.Rounds.ClientFraction)} asks only {p.Rounds.Participants(p.Students.Count)} of " +
                  $"{p.Students.Count} students; lower one or raise the other."
                : null),
        new("rounds.clientFraction", "rounds.cohorts",
            p => p.Rounds.Cohorts == CohortKind.Balanced && !IsOneOverWhole(p.Rounds.ClientFraction)
                ? $"balanced cohorts deal all students into 1/C equal parts, and 1/{JsonTokens.Number(p.Rounds.ClientFraction)} is " +
                  "no whole number; take 0.5, 0.33, 0.25, 0.2 and so on, or uniform cohorts."
                : null),
        new("privacy.noiseMultiplier", "privacy.clip", p => p.Privacy is { NoiseMultiplier: > 0, Clip: null }
            ? "noise is measured in clipping bounds, and there is none; give privacy.clip too, or 0 for no noise."
            : null),
        new("training.momentum", "training.optimizer", p => p.Training is { Momentum: > 0, Optimizer: OptimizerKind.Adam }
            ? "adam has moments of its own and takes no momentum; leave it 0, or take sgd."
            : null),
        new("data.path", "data.set", p => p.Data is { Path: not null, Set: DataSource.Avatars }
            ? "avatar faces are generated and read no file; leave the path out, or name the set that the path holds."
            : null),
        new("students.partition", "data.set",
            p => p.Students.Partition == PartitionKind.ByPerson && p.Data.Set is DataSource.Fer2013 or DataSource.Idx
                ? $"{(p.Data.Set == DataSource.Idx ? "idx files do" : "FER2013 does")} not say who is in which picture; " +
                  "take iid, dirichlet or shards."
                : null),
    ];

    // 0.33 is meant as a third.
    private static bool IsOneOverWhole(double fraction) => Math.Abs(1 / fraction / Math.Round(1 / fraction) - 1) < 0.02;

    /// <summary>Everything wrong with a plan that was not read from text, or was changed since.</summary>
    public static IReadOnlyList<PlanError> Check(Plan plan)
    {
        var single = (from field in PlanFields.All
                      let problem = field.Check(plan)
                      where problem is not null
                      select new PlanError(field.Path, 0, 0, problem)).ToList();
        return [.. single, .. Contradicting(plan, single)];
    }

    /// <summary>Contradictions between fields that are each for itself in order.</summary>
    public static IEnumerable<PlanError> Contradicting(Plan plan, IEnumerable<PlanError> single)
    {
        var faulty = single.Select(e => e.Path).ToHashSet(StringComparer.Ordinal);
        return from rule in Contradictions
               where !faulty.Contains(rule.Field) && !faulty.Contains(rule.Other)
               let problem = rule.Problem(plan)
               where problem is not null
               select new PlanError(rule.Field, 0, 0, problem);
    }
}
