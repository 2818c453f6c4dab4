namespace Cohort.Seed;

/// <summary>How a seed works; nothing here changes a result.</summary>
public sealed record SeedOptions
{
    /// <summary>Batches evaluated at a time, one thread each.</summary>
    public int EvaluationThreads { get; init; } = Environment.ProcessorCount;

    /// <summary>Where models are evaluated: <c>cpu</c> or <c>cuda:n</c>.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>How often schedules are looked at.</summary>
    public TimeSpan ScheduleCheck { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Students who did not have enough feedback for a schedule are left alone for so long.</summary>
    public TimeSpan FeedbackPause { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a run of resident students waits for enough of them, before it begins; null for a minute.</summary>
    public TimeSpan? RollCall { get; init; }

    /// <summary>Measures durations and dates ledger rows.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
