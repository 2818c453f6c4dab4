using Cohort.Messages;
using Cohort.Model.Files;
using Cohort.Seed.Ledger;

namespace Cohort.Seed.Coordination;

/// <summary>Replays: one at a time, and none while a run is under way.</summary>
public sealed partial class RunDesk
{
    private IActorRef _replay = ActorRefs.Nobody;
    private IActorRef _replayAsker = ActorRefs.Nobody;

    private void Replaying(RunRecord run, RoundRecord round)
    {
        Receive<Prepared>(prepared => BeginReplay(prepared.Start, run, round));
        Receive<Status.Failure>(failure => EndReplay(Refusal(failure.Cause.Message, CauseOf(failure.Cause))));
        Receive<Replayed>(result => EndReplay(new RoundReplayed
        {
            Run = run.Id,
            Round = round.Round,
            Recorded = round.Model.ToString(),
            Again = result.Again.ToString(),
        }));
        Receive<ReplayFailed>(failed => EndReplay(Refusal(
            $"Round {round.Round} of {run.Id} could not be trained again: {failed.Reason}", TrainingRefused.Types.Cause.Broken)));
        Receive<Terminated>(stopped => stopped.ActorRef.Equals(_replay), _ => EndReplay(Refusal(
            "The replay broke off; the log says why.", TrainingRefused.Types.Cause.Broken)));
        Receive<StartTraining>(_ => RefuseWhileReplaying(run, round));
        Receive<ReplayRound>(_ => RefuseWhileReplaying(run, round));
        Receive<StopTraining>(wish => RefuseToStop(wish.Run));
        Receive<FetchModel>(wish => _replay.Forward(wish));
        Receive<RunEvent>(_ => { });
        Always();
    }

    private void PrepareReplay(ReplayRound wish)
    {
        try
        {
            var run = _open!.Ledger.Run(wish.Run);
            var round = run is null ? null : _open.Ledger.Rounds(run.Id).FirstOrDefault(record => record.Round == wish.Round);
            if (WhyNot(wish, run, round) is { } reason)
            {
                Refuse(reason, TrainingRefused.Types.Cause.BadInput);
                return;
            }

            (_replayAsker, _phase) = (Sender, "replaying");
            Become(() => Replaying(run!, round!));
            var (order, data, roster) = (WishOf(run!), _data, run!.Roster);
            Task.Run(() => Load(order, data, roster)).PipeTo(Self);
        }
        catch (LedgerException problem)
        {
            Refuse(problem.Message, TrainingRefused.Types.Cause.Broken);
        }
    }

    private string? WhyNot(ReplayRound wish, RunRecord? run, RoundRecord? round)
    {
        if (run is null || round is null)
        {
            return $"The ledger has no round {wish.Round} of a run '{wish.Run}'.";
        }

        return _open!.Models.Contains(round.Parent)
            ? null
            : $"Round {round.Round} of {run.Id} began with model {round.Parent.Short}, which is not kept any more; "
                + "a plan with a higher models.keep keeps more of them.";
    }

    private void BeginReplay(StartRun order, RunRecord run, RoundRecord round)
    {
        if (order.Plan.Groups.IntraGroupRounds > 1 && round.Failed.Count + round.Missing.Count > 0)
        {
            EndReplay(Refusal(
                $"Round {round.Round} of {run.Id} lost students between its intra-group rounds; who took part in which of them is "
                + "not recorded, so that it cannot be trained again as it was.",
                TrainingRefused.Types.Cause.BadInput));
            return;
        }

        try
        {
            var before = TrainingRun.Before(round, order, run, _open!.Ledger, _open.Models, _options);
            var (cluster, keys, time) = (_cluster, _keys, _options.Time);
            _replay = Context.Watch(
                Context.ActorOf(Props.Create(() => new RoundReplay(cluster, before, round, keys, time))));
        }
        catch (Exception problem) when (problem is LedgerException or ModelFileException or ArgumentException)
        {
            EndReplay(Refusal(problem.Message, CauseOf(problem)));
        }
    }

    private void EndReplay(object answer)
    {
        if (!_replay.Equals(ActorRefs.Nobody))
        {
            Context.Unwatch(_replay);
            Context.Stop(_replay);
        }

        _replayAsker.Tell(answer);
        (_replay, _replayAsker) = (ActorRefs.Nobody, ActorRefs.Nobody);
        Rest();
    }

    private void RefuseWhileReplaying(RunRecord run, RoundRecord round)
        => Refuse($"Round {round.Round} of {run.Id} is being replayed; try again when that is done.", TrainingRefused.Types.Cause.Busy);

    private static TrainingRefused Refusal(string reason, TrainingRefused.Types.Cause cause) => new() { Reason = reason, Cause = cause };
}
