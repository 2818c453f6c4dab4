using System.Globalization;
using Cohort.Clustering;
using Cohort.Messages;
using Cohort.Model.Files;
using Cohort.Seed.Ledger;

namespace Cohort.Seed.Coordination;

/// <summary>
/// Trains a recorded round once more: the same students, from the same model, under the same noise. Tells its parent which model
/// that gives (<see cref="Replayed"/>), or why it cannot be told (<see cref="ReplayFailed"/>). Nothing is recorded.
/// </summary>
internal sealed class RoundReplay : ReceiveActor, IWithTimers
{
    private readonly ICluster _cluster;
    private readonly TrainingRun _run;
    private readonly CurrentRound _round;
    private readonly Refusals _refusals = new(Context.GetLogger());

    /// <param name="cluster">The seam.</param>
    /// <param name="run">As it stood before the round.</param>
    /// <param name="record">The round.</param>
    /// <param name="keys">Of this writer of the ledger.</param>
    /// <param name="time">Measures the round.</param>
    public RoundReplay(ICluster cluster, TrainingRun run, RoundRecord record, RoundKeys keys, TimeProvider time)
    {
        _cluster = cluster;
        _run = run;
        _round = CurrentRound.Again(run, record, keys, time);
        Receive<GroupUpdate>(Gather);
        Receive<FetchModel>(wish => _run.Provide(wish, keys.Newest).ToList().ForEach(part => Sender.Tell(part)));
        Receive<MemberLeft>(_ => Ask(_round.Silent));
        Receive<LeadersSilent>(_ => AskAgain());
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        Context.System.EventStream.Subscribe(Self, typeof(MemberLeft));
        _cluster.Publish(Topics.Runs, _run.Definition);
        if (_run.DeviceDefinition is { } told)
        {
            _cluster.Publish(Topics.Devices, told);
        }

        _cluster.Publish(Topics.Models, _run.Version());
        Ask(_round.Requests.Values);
    }

    protected override void PostStop()
    {
        Context.System.EventStream.Unsubscribe(Self);
        _run.Dispose();
    }

    private void Ask(IEnumerable<TrainGroup> requests)
    {
        var leaders = _cluster.Region(Regions.Leaders);
        foreach (var request in requests)
        {
            leaders.Tell(new ShardingEnvelope(request.Group.ToString(CultureInfo.InvariantCulture), request), Self);
        }

        Timers.StartSingleTimer(nameof(LeadersSilent), new LeadersSilent(), _run.LeaderPatience);
    }

    private void AskAgain()
    {
        if (_round.LeadersAskedAgain)
        {
            var groups = string.Join(", ", _round.Silent.Select(request => request.Group));
            Context.Parent.Tell(new ReplayFailed($"the leaders of these groups did not answer: {groups}."));
            return;
        }

        _round.LeadersAskedAgain = true;
        Ask(_round.Silent.ToList());
    }

    private void Gather(GroupUpdate update)
    {
        if (!_round.Awaits(update))
        {
            return; // late, or a repeat
        }

        if (_round.WhyNot(update, _run) is { } refusal)
        {
            _refusals.Note(refusal);
            return;
        }

        _round.Add(update);
        if (_round.IsComplete)
        {
            Context.Parent.Tell(Outcome());
        }
    }

    private object Outcome()
    {
        var absent = _round.Missing.Concat(_round.Failed.Keys).Order().ToList();
        if (absent.Count > 0)
        {
            return new ReplayFailed(
                $"{absent.Count} of its students did not train again, the first is student {absent[0]}.{_round.FirstReason()}");
        }

        _run.Average(_round);
        return new Replayed(_run.Averaged(_round));
    }

    private sealed record LeadersSilent;
}

/// <summary>The model that a replayed round gives.</summary>
internal sealed record Replayed(ModelHash Again);

/// <summary>A round could not be trained again.</summary>
/// <param name="Reason">A clause that ends with a full stop.</param>
internal sealed record ReplayFailed(string Reason);
