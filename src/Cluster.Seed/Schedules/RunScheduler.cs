using Cohort.Clustering;
using Cohort.Messages;
using Cohort.Model.Data;
using Cohort.Model.Files;
using Cohort.Model.Plans;
using Cohort.Model.Training;
using Cohort.Seed.Ledger;

namespace Cohort.Seed.Schedules;

/// <summary>
/// Starts the runs of the ledger's schedules when they are due, and releases what is not worse than what students have. All that it has to
/// know is in the ledger: one that starts anew goes on where the one before it stopped.
/// </summary>
internal sealed partial class RunScheduler : ReceiveActor, IWithTimers
{
    private readonly IArchive _archive;
    private readonly ILedger _ledger;
    private readonly PlannedPopulations _data;
    private readonly SeedOptions _options;
    private readonly ICluster _cluster;
    private readonly ILoggingAdapter _log = Context.GetLogger();

    /// <summary>The schedule whose students are being asked what they have; and who asks them.</summary>
    private (Schedule Schedule, ModelHash? From)? _counted;
    private IActorRef _rollCall = ActorRefs.Nobody;

    /// <summary>Before this time nobody is asked again what there is.</summary>
    private DateTimeOffset _countAgain;

    /// <summary>The schedule whose run was asked for, and is not yet accepted.</summary>
    private Schedule? _asked;

    /// <summary>The schedule whose last run is being judged.</summary>
    private Schedule? _judged;

    /// <param name="cluster">Where resident students are.</param>
    /// <param name="archive">For looking at models.</param>
    /// <param name="ledger">Schedules, runs, releases.</param>
    /// <param name="data">Reads a plan's data, for the held-out samples.</param>
    /// <param name="options">Evaluation threads, device, clock.</param>
    public RunScheduler(ICluster cluster, IArchive archive, ILedger ledger, PlannedPopulations data, SeedOptions options)
    {
        (_cluster, _archive, _ledger, _data, _options) = (cluster, archive, ledger, data, options);
        Receive<Look>(_ => Guarded(LookAround));
        Receive<TrainingAccepted>(accepted => Guarded(() => Begun(accepted.Run)));
        Receive<TrainingRefused>(refused => Guarded(() => NotBegun(refused)));
        Receive<Counting>(counting => Guarded(() => Count(counting)));
        Receive<Coordination.RosterFixed>(complete => Guarded(() => Counted(complete.Roster)));
        Receive<Coordination.RosterIncomplete>(incomplete => Guarded(() => NotCounted(incomplete.Reason)));
        Receive<Terminated>(stopped => Guarded(() => NotCounted("The roll call of its students broke off; the log says why.")));
        Receive<Verdict>(verdict => Guarded(() => Decide(verdict)));
        Receive<KeepSchedule>(wish => Answered(() => Keep(wish)));
        Receive<ChangeSchedule>(wish => Answered(() => Change(wish)));
        Receive<RollBack>(wish => Answered(() => GoBack(wish)));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
        => Timers.StartPeriodicTimer(nameof(Look), new Look(), TimeSpan.Zero, _options.ScheduleCheck);

    private DateTimeOffset Now => _options.Time.GetUtcNow();

    // ---- What is due ----

    /// <summary>One thing at a time: the cluster trains one run.</summary>
    private void LookAround()
    {
        if (_asked is not null || _judged is not null || _counted is not null)
        {
            return;
        }

        foreach (var schedule in _ledger.Schedules())
        {
            if (TakeUp(schedule))
            {
                return;
            }
        }
    }

    /// <returns>True if there is something to wait for.</returns>
    private bool TakeUp(Schedule schedule)
    {
        switch (schedule.Run is { } id ? _ledger.Run(id) : null)
        {
            case { Status: RunStatus.Running }:
                return true;
            case { Status: RunStatus.Finished } over when _ledger.Releases().All(release => !IsOf(release, over)):
                Judge(schedule, over);
                return true;
            case { Status: RunStatus.Failed or RunStatus.Stopped } broken when schedule.IsPaused || schedule.Due > Now:
                Note(schedule, $"Run {broken.Id} {(broken.Status is RunStatus.Failed ? $"failed: {broken.Reason}" : "was stopped")}");
                return false;
        }

        return !schedule.IsPaused && schedule.Due <= Now && Start(schedule);
    }

    private static bool IsOf(Release release, RunRecord run) => string.Equals(release.Run, run.Id, StringComparison.Ordinal);

    private bool Start(Schedule schedule)
    {
        var plan = Plan.Parse(schedule.PlanJson, $"schedule {schedule.Name}");
        var line = LineOf(schedule);
        if (line.Canary is { } canary)
        {
            Append(schedule, ReleaseOutcome.Released, canary.Model, line.Current, $"It was with {Percent(canary.Share)} of the students, and nobody went back.");
            line = LineOf(schedule);
        }

        var from = line.Current ?? schedule.StartedFrom;
        if (WhyNotYet(schedule, plan, from) is { } reason)
        {
            Note(schedule, reason);
            return false;
        }

        if (!plan.IsResident || schedule.MinimumFeedback == 0)
        {
            Ask(schedule, from);
            return true;
        }

        if (Now < _countAgain)
        {
            return false;
        }

        _counted = (schedule, from);
        var (data, name) = (_data, schedule.DataPath);
        Task.Run(() => new Counting(plan, FormOf(data.DataOf(plan, name)), null))
            .PipeTo(Self, failure: problem => new Counting(plan, null, problem.Message));
        return true;
    }

    private static SampleForm FormOf(DataSet data) => new(data.Shape, data.Classes);

    private void Ask(Schedule schedule, ModelHash? from)
    {
        _asked = schedule;
        Context.Parent.Tell(new StartTraining
        {
            PlanJson = schedule.PlanJson,
            Data = schedule.DataPath ?? "",
            From = from?.ToString() ?? "",
        });
    }

    private string? WhyNotYet(Schedule schedule, Plan plan, ModelHash? from)
    {
        var last = LastRunOf(schedule);
        return !plan.IsResident && last is { Release.Outcome: ReleaseOutcome.Rejected } && last.Value.Run.StartedFrom == from
            && string.Equals(last.Value.Run.PlanDigest, plan.Digest, StringComparison.Ordinal)
            ? $"Run {last.Value.Run.Id} began with the same model on the same samples, and was not released; it would come out the same."
            : null;
    }

    private (Release Release, RunRecord Run)? LastRunOf(Schedule schedule)
        => _ledger.Releases().LastOrDefault(release => IsOf(release, schedule) && release.Run is not null) is { } last
            && _ledger.Run(last.Run!) is { } run
                ? (last, run)
                : null;

    // ---- A run begins ----

    private void Begun(string run)
    {
        if (_asked is { } schedule)
        {
            _asked = null;
            _ledger.Keep(schedule with { Run = run, Begun = Now, Note = null });
            _log.Info("Schedule {0} has started run {1}.", schedule.Name, run);
        }
    }

    private void NotBegun(TrainingRefused refused)
    {
        if (_asked is { } asked && Find(asked.Name) is { } schedule)
        {
            // Somebody else's run ends of its own accord; what is wrong with a plan or its data is looked at again at the next time.
            var waits = refused.Cause is TrainingRefused.Types.Cause.Busy;
            Note(waits ? schedule : schedule with { Begun = Now }, refused.Reason);
        }

        _asked = null;
    }

    // ---- Whenever ----

    private Schedule? Find(string name)
        => _ledger.Schedules().FirstOrDefault(schedule => string.Equals(schedule.Name, name, StringComparison.Ordinal));

    private ReleaseLine LineOf(Schedule schedule) => ReleaseLine.Of(_ledger.Releases(), schedule.Name);

    private static bool IsOf(Release release, Schedule schedule) => string.Equals(release.Schedule, schedule.Name, StringComparison.Ordinal);

    /// <summary>Only what is news is written.</summary>
    private void Note(Schedule schedule, string note)
    {
        var noted = schedule with { Note = note };
        if (Find(schedule.Name) is { } there && there != noted)
        {
            _ledger.Keep(noted);
        }
    }

    private static ArgumentException Unknown(string name) => new($"There is no schedule '{name}'; pbm schedule list shows those there are.");

    private static string Percent(double share) => share.ToString("P0", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>What cannot be done now is tried again; a ledger that another seed has taken over ends this scheduler.</summary>
    private void Guarded(Action step)
    {
        try
        {
            step();
        }
        catch (Exception problem) when (problem is PlanException or FormatException
            || (problem is LedgerException and not LedgerTakenOverException))
        {
            _log.Warning("Schedules cannot be looked at now: {0}", problem.Message);
        }
    }

    private void Answered(Func<string> change)
    {
        try
        {
            Sender.Tell(new ScheduleChanged { Name = change() });
        }
        catch (Exception problem) when (problem is PlanException or ArgumentException or FormatException or ModelFileException or DataFormatException)
        {
            Sender.Tell(new TrainingRefused { Reason = problem.Message, Cause = TrainingRefused.Types.Cause.BadInput });
        }
        catch (LedgerException problem) when (problem is not LedgerTakenOverException)
        {
            Sender.Tell(new TrainingRefused { Reason = problem.Message, Cause = TrainingRefused.Types.Cause.Broken });
        }
    }

    private sealed record Look;
}
