using Cohort.Messages;
using Cohort.Model.Files;
using Cohort.Model.Plans;

namespace Cohort.Seed.Schedules;

/// <summary>What people ask for: schedules kept, paused, removed, and models gone back from.</summary>
internal sealed partial class RunScheduler
{
    private string Keep(KeepSchedule wish)
    {
        var plan = Plan.Parse(wish.PlanJson, $"schedule {wish.Name}");
        var schedule = ScheduleWish.Checked(wish, plan, Now);
        if (schedule.MinimumFeedback > 0 && !plan.IsResident)
        {
            throw new ArgumentException(
                $"The students of plan {plan.Name} are simulated, and give no feedback; leave the minimum feedback out, or name a plan for resident students.");
        }

        if (schedule.StartedFrom is { } start)
        {
            using var open = _archive.OpenToRead();
            _ = open.Models.Contains(start) ? start : throw new ArgumentException($"There is no model {start.Short} to begin with.");
        }

        var there = Find(schedule.Name);
        _ledger.Keep(there is null ? schedule : schedule with { Created = there.Created, Begun = there.Begun, Run = there.Run });
        return schedule.Name;
    }

    private string Change(ChangeSchedule wish)
    {
        var schedule = Find(wish.Name) ?? throw Unknown(wish.Name);
        if (wish.Change is ChangeSchedule.Types.Change.Remove)
        {
            _ledger.DropSchedule(schedule.Name);
        }
        else
        {
            _ledger.Keep(schedule with { IsPaused = wish.Change is ChangeSchedule.Types.Change.Pause, Note = null });
        }

        return schedule.Name;
    }

    private string GoBack(RollBack wish)
    {
        var releases = _ledger.Releases().Where(release => string.Equals(release.Schedule, wish.Name, StringComparison.Ordinal)).ToList();
        if (releases.Count == 0)
        {
            throw Unknown(wish.Name);
        }

        var line = ReleaseLine.Of(releases);
        var to = wish.Model.Length > 0 ? ModelHash.Parse(wish.Model) : line.Previous
            ?? throw new ArgumentException($"Schedule {wish.Name} has released nothing that one could go back to.");
        if (!line.WasReleased(to))
        {
            throw new ArgumentException($"Schedule {wish.Name} has not released model {to.Short}, or went back behind it; pbm model releases shows what it has.");
        }

        if (line.Canary is null && line.Current == to)
        {
            throw new ArgumentException($"Students have model {to.Short} already.");
        }

        var from = line.Canary?.Model ?? line.Current!.Value;
        _ledger.Append(new Release
        {
            Schedule = wish.Name,
            Outcome = ReleaseOutcome.RolledBack,
            Model = to,
            Before = from,
            Reason = $"Somebody went back from {from.Short}.",
        });
        return wish.Name;
    }
}
