namespace Cohort.Actors;

/// <summary>What every actor is: something that handles one message at a time, and can be restarted.</summary>
public abstract class ActorBase
{
    private readonly ActorCell _cell;

    /// <exception cref="ActorInitializationException">It was made by new, not through Props.</exception>
    protected ActorBase() => _cell = ActorCell.Current ?? throw new ActorInitializationException(
        $"Do not create {GetType().Name} using 'new', always create actors using a context's or system's ActorOf.");

    /// <exception cref="NotSupportedException">No actor's turn runs on this thread.</exception>
    protected static IActorContext Context => CurrentCell;

    protected IActorRef Self => _cell.Self;

    /// <inheritdoc cref="IActorContext.Sender"/>
    protected IActorRef Sender => CurrentCell.Sender;

    private protected static ActorCell CurrentCell => ActorCell.Current ?? throw new NotSupportedException(
        "There is no active ActorContext, this is most likely due to use of async operations from within this actor.");

    private protected ActorCell Cell => _cell;

    internal bool ReceiveAny(object message) => Receive(message);

    internal void PassUnhandled(object message) => Unhandled(message);

    internal SupervisorStrategy AskForStrategy() => SupervisorStrategy();

    internal void CallPreStart() => PreStart();

    internal void CallPostStop() => PostStop();

    internal void CallPreRestart(Exception reason, object? message) => PreRestart(reason, message);

    internal void CallPostRestart(Exception reason) => PostRestart(reason);

    /// <summary>Handles a message; false to pass it to <see cref="Unhandled"/>.</summary>
    protected abstract bool Receive(object message);

    /// <summary>Before the first message; not called on a restart unless by <see cref="PostRestart"/>.</summary>
    protected virtual void PreStart()
    {
    }

    /// <summary>After the last message.</summary>
    protected virtual void PostStop()
    {
    }

    /// <summary>
    /// Called on the old actor when it is restarted; unless overridden it stops the children and calls PostStop.
    /// </summary>
    /// <param name="reason">What the actor threw.</param>
    /// <param name="message">The message it was handling, if any.</param>
    protected virtual void PreRestart(Exception reason, object? message)
    {
        foreach (var child in _cell.GetChildren())
        {
            _cell.Unwatch(child);
            _cell.Stop(child);
        }
        PostStop();
    }

    /// <summary>Called on the new actor when it is restarted; unless overridden it calls PreStart.</summary>
    protected virtual void PostRestart(Exception reason) => PreStart();

    /// <summary>Decides on failures of this actor's children.</summary>
    protected virtual SupervisorStrategy SupervisorStrategy() => Actors.SupervisorStrategy.DefaultStrategy;

    /// <summary>Throws on <see cref="Terminated"/>; anything else is published as <see cref="UnhandledMessage"/>.</summary>
    protected virtual void Unhandled(object message)
    {
        if (message is Terminated terminated) throw new DeathPactException(terminated.ActorRef);
        _cell.System.EventStream.Publish(new UnhandledMessage(message, _cell.Sender, Self));
    }

    protected void Become(Receive receive) => _cell.Become(receive);

    protected void BecomeStacked(Receive receive) => _cell.BecomeStacked(receive);

    protected void UnbecomeStacked() => _cell.UnbecomeStacked();

    /// <inheritdoc cref="IActorContext.SetReceiveTimeout"/>
    protected void SetReceiveTimeout(TimeSpan? timeout) => _cell.SetReceiveTimeout(timeout);
}
