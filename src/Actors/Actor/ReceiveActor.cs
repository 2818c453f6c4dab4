namespace Cohort.Actors;

/// <summary>
/// An actor whose handlers are registered by message type in its constructor and in Become; the first that fits is called.
/// </summary>
public abstract class ReceiveActor : UntypedActor
{
    private HandlerList? _open;
    private HandlerList _handlers;

    protected ReceiveActor() => _handlers = _open = new HandlerList();

    protected sealed override void OnReceive(object message)
    {
        // Constructor and derived constructors have run when the first message comes.
        _open = null;
        if (!_handlers.Handle(message)) Unhandled(message);
    }

    /// <summary>Replaces the handlers by those that <paramref name="configure"/> registers.</summary>
    protected void Become(Action configure) => Cell.Become(Configured(configure));

    /// <summary>As Become, until <see cref="ActorBase.UnbecomeStacked"/>.</summary>
    protected void BecomeStacked(Action configure) => Cell.BecomeStacked(Configured(configure));

    /// <exception cref="InvalidOperationException">Not called in the constructor or in Become.</exception>
    protected void Receive<T>(Action<T> handler, Predicate<T>? shouldHandle = null)
    {
        if (shouldHandle is null) Open.Add(Handles<T>.Instance, handler);
        else Open.Add(HandlesSome<T>.Instance, new HandlesSome<T>.Condition(shouldHandle, handler));
    }

    protected void Receive<T>(Predicate<T> shouldHandle, Action<T> handler) => Receive(handler, shouldHandle);

    /// <summary>Registers a handler that says itself whether it handled the message.</summary>
    protected void Receive<T>(Func<T, bool> handler) => Open.Add(TriesToHandle<T>.Instance, handler);

    protected void ReceiveAny(Action<object> handler) => Receive(handler);

    /// <summary>Registers an asynchronous handler: no other message is handled until its task completes.</summary>
    protected void ReceiveAsync<T>(Func<T, Task> handler, Predicate<T>? shouldHandle = null)
    {
        if (shouldHandle is null) Open.Add(HandlesAsync<T>.Instance, handler);
        else Receive<T>(message => ActorCell.Current!.Await(handler, message), shouldHandle);
    }

    protected void ReceiveAsync<T>(Predicate<T> shouldHandle, Func<T, Task> handler) => ReceiveAsync(handler, shouldHandle);

    protected void ReceiveAnyAsync(Func<object, Task> handler) => ReceiveAsync(handler);

    private HandlerList Open => _open ?? throw new InvalidOperationException(
        "You may only call Receive-methods when constructing the actor and inside Become().");

    private Receive Configured(Action configure)
    {
        var outer = _open;
        var handlers = _open = new HandlerList();
        try
        {
            configure();
        }
        finally
        {
            _open = outer;
        }
        return message =>
        {
            if (!handlers.Handle(message)) Unhandled(message);
            return true;
        };
    }
}
