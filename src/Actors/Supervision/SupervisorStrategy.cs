namespace Cohort.Actors;

/// <summary>How a parent deals with failing children.</summary>
public abstract class SupervisorStrategy
{
    /// <summary>Stops children that failed to start, were killed or broke a death pact; restarts all others.</summary>
    public static readonly IDecider DefaultDecider = new LocalOnlyDecider(cause =>
        cause is ActorInitializationException or ActorKilledException or DeathPactException
            ? Directive.Stop
            : Directive.Restart);

    public static readonly SupervisorStrategy DefaultStrategy = new OneForOneStrategy(DefaultDecider);

    private protected SupervisorStrategy(IDecider decider) => Decider = decider;

    public IDecider Decider { get; }

    /// <summary>Carries the decision out; false to escalate.</summary>
    internal bool HandleFailure(ActorCell parent, LocalActorRef child, Exception cause, LocalActorRef[] children)
    {
        var directive = Decider.Decide(cause);
        Log(parent, child, cause, directive);
        switch (directive)
        {
            case Directive.Resume:
                child.SendSystemMessage(new Resume(cause));
                return true;
            case Directive.Restart:
                Process(parent, child, cause, children, restart: true);
                return true;
            case Directive.Stop:
                Process(parent, child, cause, children, restart: false);
                return true;
            default:
                return false;
        }
    }

    private protected abstract void Process(
        ActorCell parent, LocalActorRef child, Exception cause, LocalActorRef[] children, bool restart);

    private void Log(ActorCell parent, LocalActorRef child, Exception cause, Directive directive)
    {
        var reported = cause is ActorInitializationException { InnerException: { } inner } ? inner : cause;
        var source = child.Path.ToString();
        if (directive == Directive.Resume)
            parent.System.EventStream.Publish(new Warning(source, GetType(), reported.Message));
        else if (directive != Directive.Escalate)
            parent.System.EventStream.Publish(new Error(cause, source, GetType(), reported.Message));
    }
}

/// <summary>Applies the decision to the child that failed.</summary>
public sealed class OneForOneStrategy : SupervisorStrategy
{
    /// <param name="maxNrOfRetries">Restarts allowed before the child is stopped; null or negative for no limit.</param>
    /// <param name="withinTimeRange">The time window of that limit; null for all time.</param>
    /// <param name="localOnlyDecider">What to do on which exception.</param>
    public OneForOneStrategy(int? maxNrOfRetries, TimeSpan? withinTimeRange, Func<Exception, Directive> localOnlyDecider)
        : this(maxNrOfRetries, withinTimeRange, new LocalOnlyDecider(localOnlyDecider))
    {
    }

    public OneForOneStrategy(int? maxNrOfRetries, TimeSpan? withinTimeRange, IDecider decider)
        : base(decider)
    {
        MaxNumberOfRetries = maxNrOfRetries ?? -1;
        WithinTimeRangeMilliseconds = (int)(withinTimeRange ?? Timeout.InfiniteTimeSpan).TotalMilliseconds;
    }

    public OneForOneStrategy(Func<Exception, Directive> localOnlyDecider)
        : this(null, null, localOnlyDecider)
    {
    }

    public OneForOneStrategy(IDecider decider)
        : this(null, null, decider)
    {
    }

    public int MaxNumberOfRetries { get; }

    public int WithinTimeRangeMilliseconds { get; }

    private protected override void Process(
        ActorCell parent, LocalActorRef child, Exception cause, LocalActorRef[] children, bool restart)
    {
        if (restart && child.Cell.RestartHistory.AllowOneMore(
            MaxNumberOfRetries, TimeSpan.FromMilliseconds(WithinTimeRangeMilliseconds)))
            child.SendSystemMessage(new Recreate(cause));
        else
            parent.Stop(child);
    }
}

/// <summary>Applies the decision to all children when one fails.</summary>
public sealed class AllForOneStrategy : SupervisorStrategy
{
    private readonly int _maxRestarts;
    private readonly TimeSpan _window;

    /// <inheritdoc cref="OneForOneStrategy(int?, TimeSpan?, Func{Exception, Directive})"/>
    public AllForOneStrategy(int? maxNrOfRetries, TimeSpan? withinTimeRange, Func<Exception, Directive> localOnlyDecider)
        : base(new LocalOnlyDecider(localOnlyDecider))
    {
        _maxRestarts = maxNrOfRetries ?? -1;
        _window = withinTimeRange ?? Timeout.InfiniteTimeSpan;
    }

    public AllForOneStrategy(Func<Exception, Directive> localOnlyDecider)
        : this(null, null, localOnlyDecider)
    {
    }

    private protected override void Process(
        ActorCell parent, LocalActorRef child, Exception cause, LocalActorRef[] children, bool restart)
    {
        if (restart && Array.TrueForAll(children, each => each.Cell.RestartHistory.AllowOneMore(_maxRestarts, _window)))
        {
            foreach (var each in children)
            {
                // The failed child is suspended already.
                if (!each.Equals(child)) each.SendSystemMessage(new Suspend());
                each.SendSystemMessage(new Recreate(cause));
            }
        }
        else
        {
            foreach (var each in children) parent.Stop(each);
        }
    }
}
