using Cohort.Model.Files;

namespace Cohort.Seed.Schedules;

public enum ReleaseOutcome
{
    /// <summary>Everybody gets it.</summary>
    Released,

    /// <summary>A share of the students gets it, the others go on with the one before.</summary>
    Canary,

    /// <summary>It was worse; nobody gets it.</summary>
    Rejected,

    /// <summary>Somebody went back to it.</summary>
    RolledBack,
}

/// <summary>One decision on a model, in the journal of releases.</summary>
public sealed record Release
{
    /// <summary>From 1, in the order of the decisions.</summary>
    public long Number { get; init; }

    public required string Schedule { get; init; }
    public required ReleaseOutcome Outcome { get; init; }
    public required ModelHash Model { get; init; }

    /// <summary>What everybody had before; null for nothing.</summary>
    public ModelHash? Before { get; init; }

    /// <summary>The run that made it; null where somebody decided.</summary>
    public string? Run { get; init; }

    /// <summary>Of the students who get it.</summary>
    public double Share { get; init; } = 1;

    /// <summary>On the held-out samples; null where it was not measured.</summary>
    public double? Accuracy { get; init; }

    /// <summary>Of the model before, on the same samples.</summary>
    public double? AccuracyBefore { get; init; }

    /// <summary>How many held-out samples.</summary>
    public long Samples { get; init; }

    /// <summary>Why, as a sentence.</summary>
    public required string Reason { get; init; }

    public DateTimeOffset Created { get; init; }
}
