namespace Cohort.Actors;

/// <summary>
/// Stands before one child: passes messages to it, and its messages on to the parent, and starts it again after a wait when it
/// fails or stops. While there is no child, messages are dead letters.
/// </summary>
public sealed class BackoffSupervisor : ActorBase
{
    private readonly BackoffOptions _options;
    private IActorRef? _child;
    private IActorRef? _failedChild;
    private int _retries;

    internal BackoffSupervisor(BackoffOptions options) => _options = options;

    public static Props Props(BackoffOptions options) => options.ToProps();

    protected override void PreStart() => StartChild();

    protected override bool Receive(object message)
    {
        switch (message)
        {
            case Terminated terminated when terminated.ActorRef.Equals(_child):
                AfterChild(hasFailed: terminated.ActorRef.Equals(_failedChild));
                break;
            case DueStart:
                StartChild();
                Context.System.Scheduler.ScheduleTellOnce(_options.ResetAfter, Self, new DueReset(_retries), Self);
                break;
            case DueReset(var retries):
                if (retries == _retries) _retries = 0;
                break;
            case GetCurrentChild:
                Sender.Tell(new CurrentChild(_child));
                break;
            default:
                Pass(message);
                break;
        }
        return true;
    }

    protected override SupervisorStrategy SupervisorStrategy() => _options.Trigger == BackoffTrigger.Stop
        ? _options.Strategy
        : new OneForOneStrategy(cause =>
        {
            var directive = _options.Strategy.Decider.Decide(cause);
            if (directive != Directive.Restart) return directive;
            _failedChild = _child;
            return Directive.Stop;
        });

    private void StartChild() => _child ??= _options.StartChild(Context);

    private void AfterChild(bool hasFailed)
    {
        _child = _failedChild = null;
        var limit = _options.Strategy.MaxNumberOfRetries;
        var startAgain = hasFailed || _options.Trigger == BackoffTrigger.Stop;
        if (!startAgain || (limit >= 0 && _retries >= limit))
        {
            Context.Stop(Self);
            return;
        }
        Context.System.Scheduler.ScheduleTellOnce(_options.Delay(_retries), Self, DueStart.Instance, Self);
        _retries++;
    }

    private void Pass(object message)
    {
        if (_child is null) Context.System.DeadLetters.Forward(message);
        else if (_child.Equals(Sender)) Context.Parent.Tell(message);
        else _child.Forward(message);
    }

    /// <summary>Answered with <see cref="CurrentChild"/>.</summary>
    public sealed class GetCurrentChild
    {
        public static readonly GetCurrentChild Instance = new();

        private GetCurrentChild()
        {
        }
    }

    /// <summary>The child, or null while waiting to start it.</summary>
    public sealed class CurrentChild(IActorRef? @ref)
    {
        public IActorRef? Ref { get; } = @ref;
    }

    private sealed record DueStart
    {
        public static readonly DueStart Instance = new();
    }

    private sealed record DueReset(int Retries);
}
