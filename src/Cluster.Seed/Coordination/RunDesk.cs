using Cohort.Clustering;
using Cohort.Messages;
using Cohort.Model.Data;
using Cohort.Model.Files;
using Cohort.Model.Plans;
using Cohort.Model.Training;
using Cohort.Seed.Ledger;
using Cohort.Seed.Privacy;
using Cohort.Seed.Schedules;

namespace Cohort.Seed.Coordination;

/// <summary>
/// The cluster's singleton: takes orders to train, loads their data, lets its coordinator lead the run, and tells everybody how
/// it goes. Where it starts, it continues the run that the ledger says is under way: so a second seed takes over from a lost one.
/// Once another has taken over from it, it does nothing more, and its process is to end (<see cref="DeskReplaced"/>).
/// </summary>
public sealed partial class RunDesk : ReceiveActor, IWithTimers
{
    /// <summary>So often a run whose coordinator broke is taken up again without one more finished round.</summary>
    private const int Continuations = 3;

    private static readonly TimeSpan LedgerRetry = TimeSpan.FromMilliseconds(500);

    private readonly ICluster _cluster;
    private readonly IArchive _archive;
    private readonly SeedOptions _options;
    private readonly PlannedPopulations _data;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private OpenArchive? _open;
    private RoundKeys _keys = new(epoch: 0);
    private string? _replaced;
    private IActorRef _coordinator = ActorRefs.Nobody;
    private IActorRef _scheduler = ActorRefs.Nobody;
    private Order? _order;
    private string _run = "";
    private string _phase = "idle";
    private int _round;
    private int _asked;
    private int _continued;
    private IActorRef _rollCall = ActorRefs.Nobody;
    private Uncalled? _uncalled;
    private long _roundStarted;

    /// <param name="cluster">The seam.</param>
    /// <param name="archive">Runs and models; opened for writing where, and when, the desk starts.</param>
    /// <param name="options">What the coordinator needs.</param>
    /// <param name="data">Reads a plan's data.</param>
    public RunDesk(ICluster cluster, IArchive archive, SeedOptions options, PlannedPopulations data)
    {
        _cluster = cluster;
        _archive = archive;
        _options = options;
        _data = data;
        WithoutLedger("the ledger is being opened");
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        Context.System.EventStream.Subscribe(Self, typeof(RunEvent));
        Self.Tell(new OpenForWriting());
    }

    protected override void PostStop()
    {
        Context.System.EventStream.Unsubscribe(Self);
        Context.System.EventStream.Publish(new DeskClosed());
        _open?.Dispose();
    }

    /// <summary>A coordinator that throws has lost track of its run; the ledger has not.</summary>
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(0, TimeSpan.FromMinutes(1), problem =>
    {
        _replaced ??= (problem as LedgerTakenOverException)?.Message;
        return Directive.Stop;
    });

    // ---- States ----

    private void WithoutLedger(string problem)
    {
        Receive<OpenForWriting>(_ => Open());
        Receive<StartTraining>(_ => Refuse(problem, TrainingRefused.Types.Cause.Broken));
        Receive<StopTraining>(_ => Refuse(problem, TrainingRefused.Types.Cause.Broken));
        Receive<ReplayRound>(_ => Refuse(problem, TrainingRefused.Types.Cause.Broken));
        Receive<AskRunProgress>(_ => Refuse(problem, TrainingRefused.Types.Cause.Broken));
        Receive<KeepSchedule>(_ => Refuse(problem, TrainingRefused.Types.Cause.Broken));
        Receive<ChangeSchedule>(_ => Refuse(problem, TrainingRefused.Types.Cause.Broken));
        Receive<RollBack>(_ => Refuse(problem, TrainingRefused.Types.Cause.Broken));
        Receive<RunEvent>(_ => { });
        ReceiveAny(_ => { }); // what was meant for a coordinator that is not here yet is asked again
    }

    private void Resting()
    {
        Receive<StartTraining>(wish => Prepare(new Order(wish, Sender)));
        Receive<StopTraining>(wish => RefuseToStop(wish.Run));
        Receive<ReplayRound>(PrepareReplay);
        Receive<RunEvent>(_ => { });
        Receive<Prepared>(_ => { });
        Receive<Status.Failure>(_ => { });
        Always();
    }

    private void Loading()
    {
        Receive<StartTraining>(Join);
        Receive<StopTraining>(wish => RefuseToStop(wish.Run));
        Receive<ReplayRound>(_ => RefuseAsBusy());
        Receive<Prepared>(Begin);
        Receive<Uncalled>(CallRoll);
        Receive<RosterFixed>(Enrol);
        Receive<RosterIncomplete>(few => GiveUp(new DataFormatException(few.Reason)));
        Receive<Status.Failure>(failure => GiveUp(failure.Cause));
        Receive<RunEvent>(_ => { });
        Always();
    }

    private void Leading()
    {
        Receive<StartTraining>(Join);
        Receive<StopTraining>(Stop);
        Receive<ReplayRound>(_ => RefuseAsBusy());
        Receive<RunEvent>(Report);
        Receive<Prepared>(_ => { });
        Receive<Status.Failure>(_ => { });
        Always();
    }

    private void Always()
    {
        Receive<Uncalled>(_ => { });
        Receive<RosterFixed>(_ => { });
        Receive<RosterIncomplete>(_ => { });
        Receive<GroupUpdate>(update => _coordinator.Forward(update));
        Receive<FetchModel>(wish => _coordinator.Forward(wish));
        Receive<AskRunProgress>(_ => Sender.Tell(Progress()));
        Receive<KeepSchedule>(wish => _scheduler.Forward(wish));
        Receive<ChangeSchedule>(wish => _scheduler.Forward(wish));
        Receive<RollBack>(wish => _scheduler.Forward(wish));
        Receive<Terminated>(stopped => Recover(stopped.ActorRef));
        Receive<OpenForWriting>(_ => { });
    }

    // ---- The desk opens ----

    private void Open()
    {
        try
        {
            _open = _archive.OpenToWrite();
            _keys = new(_open.Ledger.Epoch);
            StartCoordinator();
            StartScheduler();
            Become(Resting);
            Context.System.EventStream.Publish(new DeskOpened());
            ContinueUnfinished();
        }
        catch (Exception problem) when (problem is LedgerException or StorageException or IOException or UnauthorizedAccessException)
        {
            // The seed before us may still be on its way out.
            _open?.Dispose();
            _open = null;
            Context.System.EventStream.Publish(new DeskUnusable(problem.Message));
            Become(() => WithoutLedger(problem.Message));
            Timers.StartSingleTimer(nameof(OpenForWriting), new OpenForWriting(), LedgerRetry);
        }
    }

    private void StartCoordinator()
    {
        var (cluster, ledger, models, keys, options) = (_cluster, _open!.Ledger, _open.Models, _keys, _options);
        _coordinator = Context.Watch(
            Context.ActorOf(Props.Create(() => new Coordinator(cluster, ledger, models, keys, options))));
    }

    private void StartScheduler()
    {
        var (cluster, archive, ledger, data, options) = (_cluster, _archive, _open!.Ledger, _data, _options);
        _scheduler = Context.Watch(
            Context.ActorOf(Props.Create(() => new RunScheduler(cluster, archive, ledger, data, options))));
    }

    private void ContinueUnfinished()
    {
        if (_open!.Ledger.Runs().LastOrDefault(run => run.Status == RunStatus.Running) is { } interrupted)
        {
            _log.Info("Run {0} was under way; it is continued.", interrupted.Id);
            _run = interrupted.Id;
            Prepare(new Order(WishOf(interrupted), ActorRefs.Nobody));
        }
    }

    private static StartTraining WishOf(RunRecord run)
        => new() { PlanJson = run.PlanJson, Data = run.DataPath ?? "", From = run.StartedFrom?.ToString() ?? "" };

    /// <summary>The coordinator broke; the run goes on from the ledger. What the scheduler does is in the ledger, too.</summary>
    private void Recover(IActorRef stopped)
    {
        if (stopped.Equals(_rollCall))
        {
            Fail("the roll call of its students broke off; the log says why.", TrainingRefused.Types.Cause.Broken);
            return;
        }

        if (!stopped.Equals(_coordinator) && !stopped.Equals(_scheduler))
        {
            return;
        }

        if (_replaced is { } reason)
        {
            StepDown(reason);
            return;
        }

        if (stopped.Equals(_scheduler))
        {
            StartScheduler();
            return;
        }

        StartCoordinator();
        if (_order is null)
        {
            return;
        }

        if (++_continued > Continuations)
        {
            Fail(
                $"its coordinator failed {_continued} times in the same round; the log says why.",
                TrainingRefused.Types.Cause.Broken);
            return;
        }

        var continuation = _order.Wish.Clone();
        continuation.Fresh = _run.Length == 0 && continuation.Fresh; // what has begun is continued
        Prepare(_order with { Wish = continuation });
    }

    /// <summary>Another seed leads, and owns the ledger: nothing more may be said in the run's name.</summary>
    private void StepDown(string reason)
    {
        _log.Warning("{0}", reason);
        RefuseAskers(reason, TrainingRefused.Types.Cause.Broken);
        _open!.Dispose();
        Context.Stop(_scheduler);
        (_open, _order, _coordinator, _scheduler) = (null, null, ActorRefs.Nobody, ActorRefs.Nobody);
        Become(() => WithoutLedger(reason));
        Context.System.EventStream.Publish(new DeskUnusable(reason));
        Context.System.EventStream.Publish(new DeskReplaced(reason));
    }

    // ---- A run begins ----

    private void Prepare(Order order)
    {
        (_order, _phase, _roundStarted) = (order, "loading", _options.Time.GetTimestamp());
        Become(Loading);
        EndRollCall();
        var (wish, data, roster) = (order.Wish, _data, order.Wish.Fresh ? null : KnownRoster(order.Wish));
        Task.Run(() => Load(wish, data, roster)).PipeTo(Self);
    }

    /// <summary>All that a run needs; of resident students who have not been called yet, all but their roster.</summary>
    private static object Load(StartTraining wish, PlannedPopulations data, Roster? roster)
    {
        var plan = Plan.Parse(wish.PlanJson, "the plan");
        return plan.IsResident && roster is null
            ? new Uncalled(wish, plan, data.DataOf(plan, NameIn(wish)))
            : new Prepared(wish, new(plan, data.Of(plan, NameIn(wish), roster), NameIn(wish), wish.Fresh, FromIn(wish)));
    }

    private static string? NameIn(StartTraining wish) => wish.Data.Length == 0 ? null : wish.Data;

    private static ModelHash? FromIn(StartTraining wish) => wish.From.Length == 0 ? null : ModelHash.Parse(wish.From);

    /// <summary>A run that is continued has the students that it began with, whoever has come or changed since.</summary>
    private Roster? KnownRoster(StartTraining wish)
        => _open!.Ledger.Runs().LastOrDefault(run => run.Roster is not null
            && run.Status is not RunStatus.Finished
            && string.Equals(run.PlanJson, wish.PlanJson, StringComparison.Ordinal)
            && string.Equals(run.DataPath ?? "", wish.Data, StringComparison.Ordinal)
            && run.StartedFrom == FromIn(wish))?.Roster;

    private void CallRoll(Uncalled loaded)
    {
        if (!ReferenceEquals(loaded.Wish, _order!.Wish))
        {
            return; // it was loaded for a coordinator that is gone
        }

        (_uncalled, _phase) = (loaded, "enrolling");
        var (cluster, plan, form, patience) = (_cluster, loaded.Plan, new SampleForm(loaded.Data.Shape, loaded.Data.Classes), _options.RollCall);
        _rollCall = Context.Watch(Context.ActorOf(Props.Create(() => new RollCall(cluster, plan, form, patience))));
    }

    private void Enrol(RosterFixed complete)
    {
        if (!Sender.Equals(_rollCall) || _uncalled is not { } loaded)
        {
            return; // of a roll call that was ended
        }

        EndRollCall();
        Begin(new(loaded.Wish, new(loaded.Plan, Population.OfRoster(loaded.Data, complete.Roster), NameIn(loaded.Wish), loaded.Wish.Fresh, FromIn(loaded.Wish))));
    }

    private void EndRollCall()
    {
        if (!_rollCall.Equals(ActorRefs.Nobody))
        {
            Context.Unwatch(_rollCall);
            Context.Stop(_rollCall);
        }

        (_rollCall, _uncalled) = (ActorRefs.Nobody, null);
    }

    private void Begin(Prepared prepared)
    {
        if (ReferenceEquals(prepared.Wish, _order!.Wish)) // else it was loaded for a coordinator that is gone
        {
            Become(Leading);
            _coordinator.Tell(prepared.Start);
        }
    }

    private void GiveUp(Exception problem) => Fail(problem.Message, CauseOf(problem));

    private static TrainingRefused.Types.Cause CauseOf(Exception problem)
        => problem is PlanException or PrivacyBudgetException or DataFormatException or ArgumentException or ModelFileException
            ? TrainingRefused.Types.Cause.BadInput
            : TrainingRefused.Types.Cause.Broken;

    /// <summary>The same order once more, delivered again or given by somebody who does not know: it is under way.</summary>
    private void Join(StartTraining wish)
    {
        var same = _order!.Wish is var ours
            && string.Equals(ours.PlanJson, wish.PlanJson, StringComparison.Ordinal)
            && string.Equals(ours.Data, wish.Data, StringComparison.Ordinal)
            && string.Equals(ours.From, wish.From, StringComparison.Ordinal);
        if (!same)
        {
            RefuseAsBusy();
        }
        else if (_phase is not ("loading" or "enrolling"))
        {
            Sender.Tell(new TrainingAccepted { Run = _run });
        }
        else
        {
            _order.Askers.Add(Sender);
        }
    }

    private void Stop(StopTraining wish)
    {
        if (!string.Equals(wish.Run, _run, StringComparison.Ordinal))
        {
            RefuseToStop(wish.Run);
            return;
        }

        _coordinator.Tell(new StopRun());
        Sender.Tell(new TrainingAccepted { Run = _run });
    }

    // ---- A run goes on ----

    private void Report(RunEvent happened)
    {
        switch (happened)
        {
            case RunStarted started:
                (_run, _phase, _round) = (started.Run, "grouping", started.RoundsDone);
                _order!.Askers.ForEach(asker => asker.Tell(new TrainingAccepted { Run = started.Run }));
                _order.Askers.Clear();
                Announce(RunStep.Types.Kind.Started, started.RoundsDone);
                break;
            case RoundStarted started:
                (_phase, _round, _asked) = ("training", started.Round, started.AskedByGroup.Values.Sum());
                _roundStarted = _options.Time.GetTimestamp();
                Announce(RunStep.Types.Kind.RoundStarted, _round);
                break;
            case RoundFinished finished:
                _continued = 0;
                Announce(RunStep.Types.Kind.RoundFinished, finished.Report.Round);
                break;
            case RunFinished finished:
                Announce(finished.Stopped ? RunStep.Types.Kind.Stopped : RunStep.Types.Kind.Finished, finished.Rounds);
                Rest();
                break;
            case RunFailed failed:
                var isDisk = failed.Cause is LedgerException or StorageException or IOException;
                Fail(failed.Reason, isDisk ? TrainingRefused.Types.Cause.Broken : TrainingRefused.Types.Cause.BadInput);
                break;
        }
    }

    private void Announce(RunStep.Types.Kind kind, int round, string reason = "")
    {
        _log.Info("Run {0}, {1}{2}.", _run, kind, round > 0 ? $" {round}" : "");
        _cluster.Publish(
            Topics.News, new RunStep { Run = _run, Kind = kind, Round = round, Asked = _asked, Reason = reason });
    }

    private void Fail(string reason, TrainingRefused.Types.Cause cause)
    {
        _log.Warning("{0} failed: {1}", _run.Length > 0 ? $"Run {_run}" : "A run that was asked for", reason);
        RefuseAskers(reason, cause);
        if (_run.Length > 0)
        {
            Record(reason);
            Announce(RunStep.Types.Kind.Failed, 0, reason);
        }

        Rest();
    }

    /// <summary>The ledger knows already where the coordinator itself has given up.</summary>
    private void Record(string reason)
    {
        try
        {
            _open!.Ledger.Finish(_run, RunStatus.Failed, reason);
        }
        catch (LedgerException problem)
        {
            _log.Warning("That run {0} failed could not be written down: {1}", _run, problem.Message);
        }
    }

    private void Rest()
    {
        EndRollCall();
        (_order, _run, _phase, _round, _asked, _continued) = (null, "", "idle", 0, 0, 0);
        Become(Resting);
    }

    // ---- Answers ----

    private RunProgress Progress() => new()
    {
        Run = _run,
        Member = _cluster.Self.Name,
        Phase = _phase,
        Round = _round,
        Asked = _asked,
        RoundAgeMs = _order is null ? 0 : (long)_options.Time.GetElapsedTime(_roundStarted).TotalMilliseconds,
    };

    private void RefuseAskers(string reason, TrainingRefused.Types.Cause cause)
        => _order?.Askers.ForEach(asker => asker.Tell(new TrainingRefused { Reason = reason, Cause = cause }));

    private void RefuseAsBusy()
    {
        var name = _run.Length > 0 ? $"Run {_run}" : "Another run";
        Refuse($"{name} is under way; wait until it ends, or stop it.", TrainingRefused.Types.Cause.Busy);
    }

    private void RefuseToStop(string run)
        => Refuse($"Run '{run}' is not under way, so that it cannot be stopped.", TrainingRefused.Types.Cause.NotRunning);

    private void Refuse(string reason, TrainingRefused.Types.Cause cause)
        => Sender.Tell(new TrainingRefused { Reason = reason, Cause = cause });

    /// <summary>What is to be trained, and who waits to hear its run's name.</summary>
    private sealed record Order(StartTraining Wish, List<IActorRef> Askers)
    {
        public Order(StartTraining wish, IActorRef asker)
            : this(wish, [asker])
        {
        }
    }

    /// <summary>A plan for resident students whose data is loaded.</summary>
    private sealed record Uncalled(StartTraining Wish, Plan Plan, DataSet Data);

    private sealed record Prepared(StartTraining Wish, StartRun Start);

    private sealed record OpenForWriting;
}

/// <summary>Told to the event stream of the process in which the run desk is: this seed leads.</summary>
public sealed record DeskOpened;

/// <summary>Told to the event stream: the run desk is here, and cannot open the ledger.</summary>
/// <param name="Problem">A sentence.</param>
public sealed record DeskUnusable(string Problem);

/// <summary>
/// Told to the event stream: another seed has taken over the ledger while this one believed to lead; this process should end.
/// </summary>
/// <param name="Reason">A sentence.</param>
public sealed record DeskReplaced(string Reason);

/// <summary>Told to the event stream: this seed does not lead any more.</summary>
public sealed record DeskClosed;
