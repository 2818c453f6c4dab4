using System.Text.Json;
using Cohort.Model.Files;
using Cohort.Model.Training;

namespace Cohort.Seed.Ledger;

public enum RunStatus
{
    /// <summary>Rounds are being trained, or the process that trained them died.</summary>
    Running,

    /// <summary>All rounds are done, or the target accuracy was reached.</summary>
    Finished,

    /// <summary>Somebody stopped it; it can go on.</summary>
    Stopped,

    /// <summary>An error ended it; it can go on once that is mended.</summary>
    Failed,
}

/// <summary>One run of a plan: what determines it, and how it stands.</summary>
public sealed record RunRecord
{
    /// <summary>Bytes of <see cref="NoiseSecret"/>.</summary>
    public const int NoiseSecretBytes = 32;

    /// <summary>The population of all runs of resident students.</summary>
    public const string ResidentStudents = "resident students";

    /// <summary>Unique; empty in a new run for one that the ledger makes of the plan's name and a number.</summary>
    public string Id { get; init; } = "";

    public required string PlanName { get; init; }

    /// <summary>The plan in its canonical form.</summary>
    public required string PlanJson { get; init; }

    public required string PlanDigest { get; init; }
    public required long Seed { get; init; }

    /// <summary>Digest of the samples, so that a run never goes on with other data.</summary>
    public required string DataDigest { get; init; }

    /// <summary>Where the samples were read; null where they are generated.</summary>
    public string? DataPath { get; init; }

    /// <summary>Key of the leaders' noise: a replaced leader draws the same noise, and who holds it can replay the run.</summary>
    public required byte[] NoiseSecret { get; init; }

    /// <summary>The model that round 1 starts from.</summary>
    public required ModelHash InitialModel { get; init; }

    /// <summary>An earlier model whose parameters the initial one has; null where a run begins with the plan's own.</summary>
    public ModelHash? StartedFrom { get; init; }

    /// <summary>
    /// What each student's report of its labels spends, for each of its samples: once, however often the run goes on, as it draws the same
    /// noise again. It is on disk with the run, before anybody is asked. Null where they report without noise, or nothing.
    /// </summary>
    public double? LabelEpsilon { get; init; }

    /// <summary>Its resident students, fixed when it began; null where students are simulated.</summary>
    public Roster? Roster { get; init; }

    /// <summary>
    /// Whose privacy it spends. Of simulated students, that of those who hold the same samples. Resident ones stay who they are, whichever
    /// samples they have and whoever is there: all runs of theirs count together.
    /// </summary>
    public string PrivacyPopulation => Roster is null ? DataDigest : ResidentStudents;

    public RunStatus Status { get; init; } = RunStatus.Running;

    /// <summary>Why it failed; null where it did not.</summary>
    public string? Reason { get; init; }

    /// <summary>When it was started; the ledger says.</summary>
    public DateTimeOffset Created { get; init; }

    /// <summary>
    /// How many rounds its plan asks for. Not by reading the whole plan: a run of an earlier version, whose plan has other fields,
    /// is shown too.
    /// </summary>
    public int PlannedRounds()
    {
        using var plan = JsonDocument.Parse(PlanJson);
        return plan.RootElement.GetProperty("rounds").GetProperty("count").GetInt32();
    }
}
