using System.Globalization;
using Cohort.Clustering;
using Cohort.Messages;
using Cohort.Model.Data;
using Cohort.Model.Plans;
using Cohort.Model.Training;

namespace Cohort.Seed.Coordination;

/// <summary>
/// Before a run of resident students begins: asks all devices which of their students are there, and fixes the roster. It is complete when
/// as many students as the plan asks for have answered, and every device that is in has; or has had its time. Tells its parent
/// <see cref="RosterFixed"/>, or <see cref="RosterIncomplete"/>.
/// </summary>
internal sealed class RollCall : ReceiveActor, IWithTimers
{
    /// <summary>A call or its answer may be lost with a connection, and a device may come later.</summary>
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(2);

    /// <summary>A device that is in and says nothing for so long is not waited for any more.</summary>
    private static readonly TimeSpan TimeToAnswer = TimeSpan.FromSeconds(10);

    /// <summary>The run begins by then, or not at all.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ICluster _cluster;
    private readonly Plan _plan;
    private readonly TimeSpan _patience;
    private readonly int _classes;
    private readonly Messages.RollCall _call;
    private readonly Refusals _refusals = new(Context.GetLogger());
    private readonly HashSet<string> _answered = new(StringComparer.Ordinal);

    /// <summary>By name: where a student is, and what it says; a device that came back as another member has the same students.</summary>
    private readonly SortedDictionary<string, (string Member, Resident Student)> _present = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, string> _absent = new(StringComparer.Ordinal);
    private bool _isLate;

    /// <param name="cluster">The seam.</param>
    /// <param name="plan">What the run will train.</param>
    /// <param name="form">What its samples have to be like.</param>
    /// <param name="patience">How long to wait for enough students; null for the usual time.</param>
    public RollCall(ICluster cluster, Plan plan, SampleForm form, TimeSpan? patience)
    {
        (_cluster, _plan, _classes) = (cluster, plan, form.Classes.Count);
        _call = new Messages.RollCall { PlanJson = plan.ToCanonicalJson(), Form = SampleFormats.Of(form) };
        _patience = patience ?? Patience;
        Receive<ResidentsPresent>(Note);
        Receive<MemberJoined>(joined =>
        {
            if (joined.Member.Role is MemberRole.Device)
            {
                Call();
            }
        });
        Receive<MemberLeft>(left => ForgetAll(left.Member.Name));
        Receive<CallAgain>(_ => Call());
        Receive<DevicesLate>(_ =>
        {
            _isLate = true;
            CloseIfComplete();
        });
        Receive<TooFew>(_ => GiveUp());
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        Context.System.EventStream.Subscribe(Self, typeof(MemberJoined));
        Context.System.EventStream.Subscribe(Self, typeof(MemberLeft));
        Timers.StartPeriodicTimer(nameof(CallAgain), new CallAgain(), TimeSpan.Zero, AskAgainAfter);
        Timers.StartSingleTimer(nameof(DevicesLate), new DevicesLate(), TimeToAnswer);
        Timers.StartSingleTimer(nameof(TooFew), new TooFew(), _patience);
    }

    protected override void PostStop() => Context.System.EventStream.Unsubscribe(Self);

    private void Call() => _cluster.Publish(Topics.Devices, _call);

    private void Note(ResidentsPresent answer)
    {
        if (WhyNot(answer) is { } refusal)
        {
            _refusals.Note(refusal);
            return;
        }

        _answered.Add(answer.Member);
        foreach (var absence in answer.Absences)
        {
            _present.Remove(absence.Name);
            _absent[absence.Name] = absence.Reason;
        }

        foreach (var student in answer.Residents)
        {
            _absent.Remove(student.Name);
            _present[student.Name] = (answer.Member, new(student.Name, student.Version, student.Samples, [.. student.Labels]));
        }

        CloseIfComplete();
    }

    private void ForgetAll(string member)
    {
        _answered.Remove(member);
        foreach (var name in _present.Where(each => string.Equals(each.Value.Member, member, StringComparison.Ordinal)).Select(each => each.Key).ToList())
        {
            _present.Remove(name);
        }

        CloseIfComplete();
    }

    private Refusal? WhyNot(ResidentsPresent answer)
    {
        var odd = answer.Residents.FirstOrDefault(
            resident => !Resident.IsName(resident.Name) || resident.Version < 1 || resident.Samples < 0 || resident.Labels.Count != _classes
                || resident.Labels.Any(count => count < 0));
        return odd is null
            ? null
            : new("resident", string.Create(
                CultureInfo.InvariantCulture,
                $"Device {answer.Member} tells of a student with version {odd.Version}, {odd.Samples} samples and {odd.Labels.Count} label counts, where "
                + $"{_classes} are expected, none below 0"));
    }

    private void CloseIfComplete()
    {
        var silent = _cluster.Members.Any(member => member.Role is MemberRole.Device && !_answered.Contains(member.Name));
        if (_present.Count < _plan.Students.Count || (silent && !_isLate))
        {
            return;
        }

        Timers.CancelAll();
        Context.Parent.Tell(new RosterFixed(Roster.Of(_present.Values.Select(each => each.Student))));
        Become(() => ReceiveAny(_ => { }));
    }

    private void GiveUp()
    {
        var absences = _absent.Take(1).Select(absent => $" Student {absent.Key} cannot: {absent.Value.TrimEnd('.')}.");
        Context.Parent.Tell(new RosterIncomplete(string.Create(
            CultureInfo.InvariantCulture,
            $"{_present.Count} resident students were there within {_patience.TotalSeconds:0} s, and the plan begins with {_plan.Students.Count} at least "
            + $"(students.count); start their devices, or lower it.{string.Concat(absences)}")));
        Timers.CancelAll();
        Become(() => ReceiveAny(_ => { }));
    }

    private sealed record CallAgain;

    private sealed record DevicesLate;

    private sealed record TooFew;
}

/// <summary>The students of a run that is about to begin.</summary>
internal sealed record RosterFixed(Roster Roster);

/// <summary>There are too few.</summary>
/// <param name="Reason">A sentence.</param>
internal sealed record RosterIncomplete(string Reason);
