namespace Cohort.Actors;

/// <summary>
/// The place an actor lives in: it stays when the actor is restarted. This part holds its fields and the handling of one
/// message; the others are Behaviors, Children, DeathWatch, Lifecycle, Faults, Async and ReceiveTimeout.
/// </summary>
internal sealed partial class ActorCell : IUntypedActorContext
{
    public Inbox Inbox;

    [ThreadStatic]
    private static ActorCell? t_current;

    private readonly LocalActorRef _self;
    private readonly IInternalActorRef _parent;
    private ActorBase? _actor;
    private Envelope? _current;

    public ActorCell(ActorSystem system, IInternalActorRef parent, Props props, ActorPath path)
    {
        System = system;
        _parent = parent;
        Props = props;
        _self = new LocalActorRef(this, path);
    }

    /// <summary>The cell whose actor's code runs on this thread.</summary>
    public static ActorCell? Current
    {
        get => t_current;
        set => t_current = value;
    }

    public bool IsDead => _self.IsTerminated;

    public ActorSystem System { get; }

    public Props Props { get; }

    public IActorRef Self => _self;

    public IActorRef Parent => _parent;

    public IActorRef Sender => _current?.Sender ?? System.DeadLetters;

    /// <summary>The message being handled.</summary>
    public Envelope? CurrentMessage => _current;

    public void HandleMessage(Envelope envelope)
    {
        _current = envelope;
        try
        {
            Deliver(envelope.Message);
            // A failed actor's PreRestart is told the message, and an asynchronous handler may still ask for its sender.
            if (_handler is null) _current = null;
        }
#pragma warning disable CA1031 // Whatever an actor throws is its supervisor's to judge.
        catch (Exception cause)
        {
            Fail(cause);
        }
#pragma warning restore CA1031
        if (_receiveTimeout is not null) NoteActivity(envelope.Message);
    }

    public void HandleSystemMessage(SystemMessage message)
    {
        if (_pending != Pending.None && message.WaitsForChildren)
        {
            Faults.Deferred.Enqueue(message);
            return;
        }
        try
        {
            message.Apply(this);
        }
#pragma warning disable CA1031
        catch (Exception cause)
        {
            Fail(cause);
        }
#pragma warning restore CA1031
    }

    public void HandleDeadLetter(Envelope envelope) =>
        System.DeadLetterOffice.Publish(envelope.Message, envelope.Sender, _self);

    private void Deliver(object message)
    {
        switch (message)
        {
            case Terminated terminated:
                ReceiveTerminated(terminated);
                break;
            case TimerFired fired:
                ReceiveTimer(fired);
                break;
            case PoisonPill:
                _self.Stop();
                break;
            case Kill:
                throw new ActorKilledException("Kill");
            default:
                Behave(message);
                break;
        }
    }

    /// <summary>Handles a message in the place of the one that brought it.</summary>
    private void DeliverInstead(object message)
    {
        _current = new Envelope(message, _current!.Sender);
        Behave(message);
    }
}
