using System.Diagnostics;
using System.Globalization;
using Cohort.Clustering;
using Cohort.Messages;
using Cohort.Model.Evaluation;
using Cohort.Model.Files;
using Cohort.Seed.Ledger;
using Cohort.Seed.Privacy;

namespace Cohort.Seed.Coordination;

/// <summary>
/// The one actor that leads a run (hierarchical FedAvg; McMahan et al. 2017, Algorithm 1; Liu et al. 2020). A round: publish the
/// model, ask each group's leader, average the groups, evaluate, write model and ledger, announce. Whatever it needs to go on
/// after a crash is in the ledger: a run is a function of seed, plan and data.
/// </summary>
public sealed class Coordinator : ReceiveActor, IWithTimers, IWithStash
{
    private const int AttemptsPerRound = 3;

    /// <summary>Between two attempts to reach leaders where there is no node to lead.</summary>
    private static readonly TimeSpan NoNodeRetry = TimeSpan.FromSeconds(1);

    private readonly ICluster _cluster;
    private readonly ILedger _ledger;
    private readonly IModelStore _store;
    private readonly RoundKeys _keys;
    private readonly SeedOptions _options;
    private readonly IActorRef _grouping;
    private readonly Refusals _refusals = new(Context.GetLogger());

    /// <summary>Requests that no node took.</summary>
    private readonly HashSet<TrainGroup> _nobody = [];
    private TrainingRun? _run;
    private CurrentRound? _round;
    private Activity? _span;
    private bool _stopping;

    /// <param name="cluster">The seam.</param>
    /// <param name="ledger">Runs and rounds.</param>
    /// <param name="store">Model files.</param>
    /// <param name="keys">Of this writer of the ledger.</param>
    /// <param name="options">Evaluation threads, device, clock.</param>
    public Coordinator(ICluster cluster, ILedger ledger, IModelStore store, RoundKeys keys, SeedOptions options)
    {
        _cluster = cluster;
        _ledger = ledger;
        _store = store;
        _keys = keys;
        _options = options;
        _grouping = Context.ActorOf(Props.Create(() => new GroupForming()), "grouping");
        Idle();
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public IStash Stash { get; set; } = null!;

    protected override void PreStart()
    {
        Context.System.EventStream.Subscribe(Self, typeof(MemberLeft));
        Context.System.EventStream.Subscribe(Self, typeof(DeadLetter));
        Context.System.EventStream.Subscribe(Self, typeof(MemberJoined));
    }

    protected override void PostStop()
    {
        Context.System.EventStream.Unsubscribe(Self);
        EndRound();
        _run?.Dispose();
    }

    // ---- States ----

    private void Idle()
    {
        Receive<StartRun>(order => Guarded(() => Open(order)));
        Receive<GroupUpdate>(_ => { }); // late
        Receive<FetchModel>(Provide);
        Receive<StopRun>(_ => { });
        Receive<MemberLeft>(_ => { });
        Receive<DeadLetter>(_ => { });
        Receive<NobodyLeads>(_ => { });
        Receive<MemberJoined>(_ => { });
        Receive<TryAgain>(_ => { });
    }

    private void Grouping()
    {
        Receive<GroupsFormed>(groups => Guarded(() => BeginTraining(groups)));
        Receive<Status.Failure>(failure => Fail(failure.Cause.Message, failure.Cause));
        Whenever();
    }

    private void Training()
    {
        Receive<GroupUpdate>(update => Guarded(() => Gather(update)));
        Receive<LeadersSilent>(_ => Guarded(AskSilentLeadersAgain));
        Receive<MemberLeft>(_ => AskLeaders(_round!.Silent)); // a leader it held is another node's now; the others ignore this
        Receive<DeadLetter>(Note);
        Receive<NobodyLeads>(_ => AskWhereNobodyLed());
        Whenever();
    }

    private void Evaluating()
    {
        Receive<Evaluated>(evaluated => Guarded(() => GoOn(evaluated)));
        Receive<Status.Failure>(failure => Fail(failure.Cause.Message, failure.Cause));
        Receive<GroupUpdate>(_ => { }); // late
        Receive<LeadersSilent>(_ => { });
        Whenever();
    }

    /// <summary>Too few resident students are there: the next attempt waits for a device to come, as long as a round may take.</summary>
    private void AwaitingDevices(int attempt)
    {
        Receive<MemberJoined>(joined => joined.Member.Role is MemberRole.Device, _ => Guarded(() => TryRoundAgain(attempt)));
        Receive<TryAgain>(_ => Guarded(() => TryRoundAgain(attempt)));
        Receive<StopRun>(_ =>
        {
            _stopping = true;
            Guarded(() => TryRoundAgain(attempt));
        });
        Receive<GroupUpdate>(_ => { }); // late
        Whenever();
    }

    private void Whenever()
    {
        Receive<StartRun>(_ => Stash.Stash());
        Receive<StopRun>(_ => _stopping = true);
        Receive<FetchModel>(Provide);
        Receive<MemberLeft>(_ => { });
        Receive<DeadLetter>(_ => { });
        Receive<NobodyLeads>(_ => { });
        Receive<MemberJoined>(_ => { });
        Receive<TryAgain>(_ => { });
    }

    // ---- A run begins ----

    private void Open(StartRun order)
    {
        _stopping = false;
        _run = TrainingRun.Open(order, _ledger, _store, _options);
        Announce(new RunStarted(_run.Id, _run.Plan, _run.RoundsDone, _run.Model));
        _cluster.Publish(Topics.Runs, _run.Definition);
        if (_run.DeviceDefinition is { } told)
        {
            _cluster.Publish(Topics.Devices, told);
        }

        _grouping.Tell(new FormGroups(_run.Plan, _run.Histograms()));
        Become(Grouping);
    }

    private void BeginTraining(GroupsFormed groups)
    {
        _run!.GroupOf = groups.GroupOf;
        Announce(groups);
        if (_run.IsComplete)
        {
            Evaluate(); // a run that was interrupted between its last round and its end
        }
        else
        {
            BeginRound(attempt: 1);
        }
    }

    // ---- A round ----

    private void BeginRound(int attempt)
    {
        var run = _run!;
        if (run.WhyNotNextRound() is { } unaffordable)
        {
            Fail(unaffordable);
            return;
        }

        _round = CurrentRound.Begin(run, attempt, _keys, _options.Time);
        var mayBeEmpty = run.HidesCohortSizes && run.Students.Quarantined.Count < run.Population.Students;
        if (_round.Requests.Count == 0 && !mayBeEmpty)
        {
            Fail(
                $"round {_round.Number} has nobody to ask: all {run.Population.Students} students are quarantined "
                + "after failures.");
            return;
        }

        run.Charge(_round.Key); // counted first, then released
        _cluster.Publish(Topics.Models, run.Version());
        _span?.Dispose();
        _span = RoundTrace.Start("round", _round.Key);
        Announce(new RoundStarted(_round.Number, attempt, _round.Requests.ToDictionary(r => r.Key, r => r.Value.Students.Count)));
        AskLeaders(_round.Requests.Values);
        Become(Training);
        CloseRoundIfComplete(); // a hidden cohort may be empty
    }

    private void AskLeaders(IEnumerable<TrainGroup> requests)
    {
        var leaders = _cluster.Region(Regions.Leaders);
        foreach (var request in requests)
        {
            leaders.Tell(new ShardingEnvelope(request.Group.ToString(CultureInfo.InvariantCulture), request), Self);
        }

        Timers.StartSingleTimer(nameof(LeadersSilent), new LeadersSilent(), _run!.LeaderPatience);
    }

    /// <summary>There is no node at the moment: the round waits for one.</summary>
    private void Note(DeadLetter undelivered)
    {
        if (undelivered.Message is TrainGroup request && _round!.Requests.ContainsValue(request))
        {
            _nobody.Add(request);
            Timers.StartSingleTimer(nameof(NobodyLeads), new NobodyLeads(), NoNodeRetry);
        }
    }

    private void AskWhereNobodyLed()
    {
        var requests = _round!.Silent.Where(_nobody.Contains).ToList();
        _nobody.Clear();
        AskLeaders(requests);
    }

    private void AskSilentLeadersAgain()
    {
        var silent = _round!.Silent.ToList();
        if (_round.LeadersAskedAgain)
        {
            silent.ForEach(_round.GiveUpOn);
            CloseRoundIfComplete();
            return;
        }

        _round.LeadersAskedAgain = true;
        AskLeaders(silent);
    }

    private void Gather(GroupUpdate update)
    {
        if (!_round!.Awaits(update))
        {
            return; // late, or a repeat
        }

        if (_round.WhyNot(update, _run!) is { } refusal)
        {
            _refusals.Note(refusal);
            return;
        }

        _round.Add(update);
        CloseRoundIfComplete();
    }

    private void CloseRoundIfComplete()
    {
        var (run, round) = (_run!, _round!);
        if (!round.IsComplete)
        {
            return;
        }

        Timers.Cancel(nameof(LeadersSilent));
        var minimum = round.Requests.Count == 0 ? 0 : Math.Max(1, run.Plan.Rounds.MinimumParticipants);
        if (round.Participants.Count >= minimum)
        {
            using (RoundTrace.Start("average", round.Key))
            {
                run.Average(round);
            }

            Evaluate();
        }
        else if (round.Attempt < AttemptsPerRound && run.Population.Roster is not null && run.Plan.Rounds.Deadline - round.Elapsed is { Ticks: > 0 } left)
        {
            Become(() => AwaitingDevices(round.Attempt + 1)); // that devices are off is known at once
            Timers.StartSingleTimer(nameof(TryAgain), new TryAgain(), left);
        }
        else if (round.Attempt < AttemptsPerRound)
        {
            BeginRound(round.Attempt + 1);
        }
        else
        {
            Fail(
                $"round {round.Number} had {round.Participants.Count} participants in each of {AttemptsPerRound} attempts, "
                + $"expected at least {minimum} (rounds.minimumParticipants).{round.FirstReason()}");
        }
    }

    private void TryRoundAgain(int attempt)
    {
        Timers.Cancel(nameof(TryAgain));
        if (_stopping)
        {
            EndRound();
            Evaluate(); // nobody is there, and nobody is waited for any more
        }
        else
        {
            BeginRound(attempt);
        }
    }

    private void Evaluate()
    {
        Become(Evaluating);
        var (run, wanted) = (_run!, _run!.IsEvaluatedNow(_stopping));
        if (!wanted)
        {
            GoOn(new Evaluated(null, TimeSpan.Zero));
            return;
        }

        var (started, key) = (_options.Time.GetTimestamp(), _round?.Key);
        Task.Run(() =>
        {
            using var span = key is null ? null : RoundTrace.Start("evaluate", key);
            return new Evaluated(run.Evaluate(), _options.Time.GetElapsedTime(started));
        }).PipeTo(Self);
    }

    private void GoOn(Evaluated evaluated)
    {
        var run = _run!;
        var (finished, key) = _round is { } round ? (run.Advance(round, evaluated), round.Key) : (null, null);
        EndRound();
        var isOver = evaluated.Metrics is not null && (run.IsComplete || _stopping);
        var unaffordable = isOver ? null : run.WhyNotNextRound();
        if (!isOver && unaffordable is null)
        {
            BeginRound(attempt: 1); // the nodes train while the finished round is written; a crash loses nothing but that work
        }

        if (finished is not null)
        {
            using (RoundTrace.Start("write", key!))
            {
                run.Write(finished);
            }

            Announce(new RoundFinished(finished.Report));
        }

        if (isOver)
        {
            Finish(evaluated.Metrics!);
        }
        else if (unaffordable is not null)
        {
            Fail(unaffordable);
        }
    }

    // ---- A run ends ----

    private void Finish(Metrics metrics)
    {
        var run = _run!;
        var stopped = _stopping && !run.IsComplete;
        run.Close(stopped ? RunStatus.Stopped : RunStatus.Finished);
        Announce(new RunFinished(run.Id, run.Model, run.RoundsDone, metrics, stopped, run.EpsilonSpent));
        Rest();
    }

    private void Fail(string reason, Exception? cause = null)
    {
        try
        {
            _run?.Close(RunStatus.Failed, reason);
        }
        catch (LedgerException problem) when (problem is not LedgerTakenOverException)
        {
            // The reason given is the one that ended the run; a ledger that cannot note it still holds every finished round.
        }

        Announce(new RunFailed(_run?.Id ?? "", reason, cause));
        Rest();
    }

    private void EndRound()
    {
        _span?.Dispose();
        (_span, _round) = (null, null);
    }

    private void Rest()
    {
        Timers.Cancel(nameof(LeadersSilent));
        Timers.Cancel(nameof(TryAgain));
        _run?.Dispose();
        _run = null;
        EndRound();
        Become(Idle);
        Stash.UnstashAll();
    }

    // ---- At any time ----

    /// <summary>Everybody who asks is answered: a student that waited for ever would take the place of another at its node.</summary>
    private void Provide(FetchModel wish)
    {
        var answer = _run?.Provide(wish, _keys.Newest) ?? [new ModelOutdated { Newest = _keys.Newest }];
        answer.ToList().ForEach(part => Sender.Tell(part));
    }

    /// <summary>
    /// What goes wrong with files, data or numbers ends the run with a sentence; what is on disk stays. A ledger that another seed has
    /// taken over ends this coordinator, and not the run.
    /// </summary>
    private void Guarded(Action step)
    {
        try
        {
            step();
        }
        catch (Exception problem) when (problem is not LedgerTakenOverException
            && problem is PrivacyBudgetException or LedgerException or StorageException or ModelFileException or ArgumentException
                or InvalidDataException or IOException or ArithmeticException)
        {
            Fail(problem.Message, problem);
        }
    }

    private void Announce(RunEvent happened) => Context.System.EventStream.Publish(happened);

    private sealed record LeadersSilent;

    private sealed record NobodyLeads;

    private sealed record TryAgain;
}

/// <summary>What evaluating a model gave, and how long it took.</summary>
internal sealed record Evaluated(Metrics? Metrics, TimeSpan Duration);
