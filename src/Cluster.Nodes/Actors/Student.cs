using System.Globalization;
using Cohort.Clustering;
using Cohort.Messages;
using Cohort.Model.Data;
using Cohort.Nodes.Training;

namespace Cohort.Nodes.Actors;

/// <summary>
/// One student. Asked to train, it announces itself to its group's combiner, gets the model, takes a training slot, and reports
/// its update or why there is none. Under secure aggregation it first agrees with the others on masks, and its update leaves it
/// masked. It keeps nothing between rounds and leaves memory when idle.
/// </summary>
internal sealed partial class Student : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(30);

    private readonly NodeActors _node;

    /// <summary>Where its samples lie on this device; null where it is simulated.</summary>
    private readonly IResidentSamples? _resident;

    /// <summary>Its number. A resident student is told it anew in each run.</summary>
    private int _me;
    private string _run = "";

    /// <summary>Who waits for the training under way: one leader, or also the one that took its place.</summary>
    private readonly List<TrainStudent> _asked = [];

    /// <summary>Of the run under way.</summary>
    private RunContext? _context;

    /// <summary>A simulated student.</summary>
    public Student(string id, NodeActors node)
        : this(node) => _me = int.Parse(id, CultureInfo.InvariantCulture);

    /// <summary>A resident student.</summary>
    public Student(IResidentSamples resident, NodeActors node)
        : this(node) => _resident = resident;

    private Student(NodeActors node)
    {
        _node = node;
        Context.SetReceiveTimeout(Idle);
        Receive<TrainStudent>(Prepare);
        Receive<ModelReady>(TakeSlot);
        Receive<StudentUpdate>(update => Report(update.Request, asked => Leaving(update, asked)));
        Receive<StudentFailed>(failed => Report(failed.Request, asked => failed with { Request = asked }));
        Receive<AdvertiseKeys>(Advertise);
        Receive<ShareSeeds>(roster => Answer(roster, session => session.Share(roster)));
        Receive<RevealShares>(wish => Answer(wish, session => Reveal(session, wish)));
        Receive<SessionsOver>(_ => EndSessions());
        Receive<ReleaseOver>(_ => _opened.Clear());
        Receive<ReceiveTimeout>(_ => Leave());
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PostStop() => EndSessions();

    private void Prepare(TrainStudent request)
    {
        if (_asked.Contains(request) || IsOutdated(request))
        {
            Context.Parent.Tell(new Confirmed(request)); // delivered again, or by a leader that does not know yet that it was replaced
            return;
        }

        Meet(request.Key, request.Student);
        _node.Combiner.Tell(new StudentAsked(request, Sender));
        if (IsUnderWay(request))
        {
            _asked.Add(request);
            return;
        }

        Forget(); // newer work: nobody waits for the older one any more
        _asked.Add(request);
        if (request.Student != _me)
        {
            Fail($"the request for student {request.Student} reached student {_me}");
            return;
        }

        _node.Models.Tell(new NeedModel(request.Key, request.Model));
    }

    private void TakeSlot(ModelReady ready)
    {
        if (_asked is not [var request, ..] || !string.Equals(request.Model, ready.Model, StringComparison.Ordinal))
        {
            return; // an older request's model
        }

        if (ready.Context is not { } context)
        {
            Fail(ready.Problem!);
        }
        else if (_me >= context.Population.Students)
        {
            Fail($"there is no student {_me} among the plan's {context.Population.Students}");
        }
        else if (context.DropsOut(_me, request.Key.Round))
        {
            Forget(); // not a word to anybody
        }
        else if (WhyNotMasked(context, request, ready.Parameters!.Length) is { } reason)
        {
            Fail(reason);
        }
        else
        {
            _context = context;
            _node.Slots.Tell(new TrainingJob(context, request, ready.Parameters, ready.Control) { Resident = _resident });
        }
    }

    /// <summary>A resident student is reached by its name, so that whoever reaches it says which number it has in the run.</summary>
    private void Meet(RoundKey key, int student)
    {
        if (_resident is not null && !string.Equals(key.Run, _run, StringComparison.Ordinal))
        {
            (_run, _me) = (key.Run, student);
        }
    }

    private void Fail(string reason) => Report(_asked[0], asked => new StudentFailed(asked, reason));

    private void Report(TrainStudent trained, Func<TrainStudent, object> reportTo)
    {
        if (IsUnderWay(trained))
        {
            _asked.ForEach(asked => _node.Combiner.Tell(reportTo(asked)));
            Forget();
        }
    }

    private void Forget()
    {
        _asked.ForEach(asked => Context.Parent.Tell(new Confirmed(asked)));
        _asked.Clear();
    }

    /// <summary>One training serves all who ask for it: the same student, round and model give the same bits.</summary>
    private bool IsUnderWay(TrainStudent request)
        => _asked is [var first, ..]
            && first.Key.Equals(request.Key)
            && first.IntraRound == request.IntraRound
            && string.Equals(first.Model, request.Model, StringComparison.Ordinal);

    /// <summary>Newer work is under way, which must not wait for this.</summary>
    private bool IsOutdated(TrainStudent request) => _asked is [var first, ..] && request.Key.IsOlderThan(first.Key);

    private void Leave()
    {
        if (_asked.Count == 0 && _sessions.Count == 0 && _opened.Count == 0)
        {
            Context.Parent.Tell(new Passivate(PoisonPill.Instance));
        }
    }
}
