using System.Data.Common;
using Cohort.Model.Files;
using Cohort.Seed.Schedules;

namespace Cohort.Seed.Ledger;

/// <summary>A schedule as its row holds it.</summary>
internal static class ScheduleRow
{
    public const string Columns =
        "name, plan_json, data_path, recurrence, minimum_feedback, tolerance, canary_share, started_from, paused, created, begun, "
        + "run, note";

    public static (string Name, object? Value)[] Of(Schedule schedule) =>
    [
        ("@name", schedule.Name),
        ("@plan_json", schedule.PlanJson),
        ("@data_path", schedule.DataPath),
        ("@recurrence", schedule.Recurrence.ToString()),
        ("@minimum_feedback", schedule.MinimumFeedback),
        ("@tolerance", schedule.Tolerance),
        ("@canary_share", schedule.CanaryShare),
        ("@started_from", schedule.StartedFrom?.ToString()),
        ("@paused", schedule.IsPaused ? 1 : 0),
        ("@created", RowText.Of(schedule.Created)),
        ("@begun", schedule.Begun is { } begun ? RowText.Of(begun) : null),
        ("@run", schedule.Run),
        ("@note", schedule.Note),
    ];

    public static Schedule Read(DbDataReader row) => new()
    {
        Name = row.GetString(0),
        PlanJson = row.GetString(1),
        DataPath = row.IsDBNull(2) ? null : row.GetString(2),
        Recurrence = Recurrence.Parse(row.GetString(3)),
        MinimumFeedback = row.GetInt64(4),
        Tolerance = row.GetDouble(5),
        CanaryShare = row.GetDouble(6),
        StartedFrom = row.IsDBNull(7) ? null : ModelHash.Parse(row.GetString(7)),
        IsPaused = row.GetInt32(8) != 0,
        Created = RowText.ToTime(row.GetString(9)),
        Begun = row.IsDBNull(10) ? null : RowText.ToTime(row.GetString(10)),
        Run = row.IsDBNull(11) ? null : row.GetString(11),
        Note = row.IsDBNull(12) ? null : row.GetString(12),
    };
}

/// <summary>A release as its row holds it.</summary>
internal static class ReleaseRow
{
    public const string Columns =
        "number, schedule, outcome, model, before, run, share, accuracy, accuracy_before, samples, reason, created";

    public static (string Name, object? Value)[] Of(Release release) =>
    [
        ("@number", release.Number),
        ("@schedule", release.Schedule),
        ("@outcome", release.Outcome.ToString()),
        ("@model", release.Model.ToString()),
        ("@before", release.Before?.ToString()),
        ("@run", release.Run),
        ("@share", release.Share),
        ("@accuracy", release.Accuracy),
        ("@accuracy_before", release.AccuracyBefore),
        ("@samples", release.Samples),
        ("@reason", release.Reason),
        ("@created", RowText.Of(release.Created)),
    ];

    public static Release Read(DbDataReader row) => new()
    {
        Number = row.GetInt64(0),
        Schedule = row.GetString(1),
        Outcome = Enum.Parse<ReleaseOutcome>(row.GetString(2)),
        Model = ModelHash.Parse(row.GetString(3)),
        Before = row.IsDBNull(4) ? null : ModelHash.Parse(row.GetString(4)),
        Run = row.IsDBNull(5) ? null : row.GetString(5),
        Share = row.GetDouble(6),
        Accuracy = row.IsDBNull(7) ? null : row.GetDouble(7),
        AccuracyBefore = row.IsDBNull(8) ? null : row.GetDouble(8),
        Samples = row.GetInt64(9),
        Reason = row.GetString(10),
        Created = RowText.ToTime(row.GetString(11)),
    };
}
