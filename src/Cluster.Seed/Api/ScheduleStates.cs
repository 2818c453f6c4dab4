using Cohort.Model.Plans;
using Cohort.Seed.Ledger;
using Cohort.Seed.Schedules;

namespace Cohort.Seed.Api;

/// <summary>From ledger rows to what the API says of schedules and releases.</summary>
public static class ScheduleStates
{
    /// <summary>All schedules, by name.</summary>
    public static IReadOnlyList<ScheduleState> Of(ILedger ledger)
    {
        var releases = ledger.Releases();
        return [.. ledger.Schedules().Select(schedule => Of(schedule, ReleaseLine.Of(releases, schedule.Name), ledger))];
    }

    public static ReleaseState Of(Release release) => new(
        release.Number,
        release.Schedule,
        release.Outcome switch
        {
            ReleaseOutcome.Released => "released",
            ReleaseOutcome.Canary => "canary",
            ReleaseOutcome.Rejected => "rejected",
            _ => "rolledBack",
        },
        release.Model.ToString(),
        release.Before?.ToString(),
        release.Run,
        release.Share,
        release.Accuracy,
        release.AccuracyBefore,
        release.Samples,
        release.Reason,
        release.Created);

    private static ScheduleState Of(Schedule schedule, ReleaseLine line, ILedger ledger)
    {
        var run = schedule.Run is { } id ? ledger.Run(id) : null;
        return new(
            schedule.Name,
            Plan.Parse(schedule.PlanJson, $"schedule {schedule.Name}").Name,
            schedule.Recurrence.ToString(),
            run switch
            {
                { Status: RunStatus.Running } => "running",
                { Status: RunStatus.Finished } => "judging",
                _ => schedule.IsPaused ? "paused" : "waiting",
            },
            schedule.Due,
            schedule.Begun,
            schedule.Run,
            schedule.MinimumFeedback,
            schedule.Tolerance,
            schedule.CanaryShare,
            line.Current?.ToString(),
            line.Canary?.Model.ToString(),
            schedule.Note);
    }
}
