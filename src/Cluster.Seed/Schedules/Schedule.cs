using Cohort.Model.Files;

namespace Cohort.Seed.Schedules;

/// <summary>
/// A plan that is trained again and again, each time from the model released last; what comes out is released if it is not worse
/// (<see cref="ReleaseGate"/>).
/// </summary>
public sealed record Schedule
{
    /// <summary>Unique; what people call it.</summary>
    public required string Name { get; init; }

    /// <summary>The plan in its canonical form.</summary>
    public required string PlanJson { get; init; }

    /// <summary>A name in every member's data folder; null where the plan says, or generates.</summary>
    public string? DataPath { get; init; }

    public required Recurrence Recurrence { get; init; }

    /// <summary>It begins only when students have so many samples that its last run did not have.</summary>
    public long MinimumFeedback { get; init; }

    /// <summary>By how much of the accuracy, 0 to 1, a new model may be worse.</summary>
    public double Tolerance { get; init; }

    /// <summary>The share of the students who get a new model first, until the schedule's next time; 0 for everybody at once.</summary>
    public double CanaryShare { get; init; }

    /// <summary>What the first run begins with; null for the plan's own first model.</summary>
    public ModelHash? StartedFrom { get; init; }

    public bool IsPaused { get; init; }

    public DateTimeOffset Created { get; init; }

    /// <summary>When its last run was started; null before the first.</summary>
    public DateTimeOffset? Begun { get; init; }

    /// <summary>The run under way, or one that is not judged yet; null for none.</summary>
    public string? Run { get; init; }

    /// <summary>What it waits for, or what came out last: a sentence.</summary>
    public string? Note { get; init; }

    /// <summary>When it is to begin again; null for never.</summary>
    public DateTimeOffset? Due => Recurrence.Next(Created, Begun);
}
