using Cohort.Model.Data;
using Cohort.Model.Plans;
using Cohort.Model.Training;

namespace Cohort.Seed.Schedules;

/// <summary>Schedules that wait for feedback: what students have that the last run did not have.</summary>
internal sealed partial class RunScheduler
{
    private void Count(Counting counting)
    {
        if (counting.Form is not { } form)
        {
            NotCounted(counting.Problem!);
            return;
        }

        var (cluster, plan, patience) = (_cluster, counting.Plan, _options.RollCall);
        _rollCall = Context.Watch(Context.ActorOf(Props.Create(() => new Coordination.RollCall(cluster, plan, form, patience))));
    }

    private void Counted(Roster roster)
    {
        if (_counted is not var (schedule, from) || !Sender.Equals(_rollCall))
        {
            return;
        }

        EndCounting();
        var fresh = FreshIn(roster, LastRunOf(schedule)?.Run.Roster);
        if (fresh >= schedule.MinimumFeedback)
        {
            Ask(schedule, from);
        }
        else
        {
            Note(schedule, $"It waits for feedback: {fresh} of {schedule.MinimumFeedback} samples are there that the last run did not have.");
        }
    }

    private void NotCounted(string reason)
    {
        if (_counted is var (schedule, _))
        {
            EndCounting();
            Note(schedule, reason);
        }
    }

    private void EndCounting()
    {
        if (!_rollCall.Equals(ActorRefs.Nobody))
        {
            Context.Unwatch(_rollCall);
            Context.Stop(_rollCall);
        }

        (_counted, _rollCall, _countAgain) = (null, ActorRefs.Nobody, Now + _options.FeedbackPause);
    }

    /// <summary>How many samples each student has more than then; of students who were not there then, all.</summary>
    internal static long FreshIn(Roster now, Roster? then)
    {
        var before = then?.Residents.ToDictionary(resident => resident.Name, resident => resident.Samples, StringComparer.Ordinal) ?? [];
        return now.Residents.Sum(resident => Math.Max(0L, resident.Samples - before.GetValueOrDefault(resident.Name)));
    }

    /// <summary>What students' samples have to be like, so that they can be counted; or why nobody can tell.</summary>
    private sealed record Counting(Plan Plan, SampleForm? Form, string? Problem);
}
