namespace Cohort.Actors;

/// <summary>
/// What the system tells a cell; goes before user messages. Never send one instance to two cells: it is a link.
/// </summary>
internal abstract class SystemMessage
{
    public SystemMessage? Next;

    /// <summary>True for messages that must wait until the children being stopped are gone.</summary>
    public virtual bool WaitsForChildren => false;

    public abstract void Apply(ActorCell cell);

    /// <summary>Called instead of <see cref="Apply"/> when the recipient is dead or no actor at all.</summary>
    public virtual void RefusedByTheDead(IInternalActorRef recipient)
    {
    }
}

internal sealed class Create : SystemMessage
{
    public override bool WaitsForChildren => true;

    public override void Apply(ActorCell cell) => cell.Create();
}

internal sealed class Recreate(Exception cause) : SystemMessage
{
    public override bool WaitsForChildren => true;

    public override void Apply(ActorCell cell) => cell.FaultRecreate(cause);
}

internal sealed class Suspend : SystemMessage
{
    public override bool WaitsForChildren => true;

    public override void Apply(ActorCell cell) => cell.FaultSuspend();
}

/// <param name="causedByFailure">The failure this resumes from; null when the actor only waited for its parent.</param>
internal sealed class Resume(Exception? causedByFailure) : SystemMessage
{
    public override bool WaitsForChildren => true;

    public override void Apply(ActorCell cell) => cell.FaultResume(causedByFailure);
}

internal sealed class Terminate : SystemMessage
{
    public override void Apply(ActorCell cell) => cell.Terminate();
}

internal sealed class Failed(IActorRef child, Exception cause) : SystemMessage
{
    public IActorRef Child { get; } = child;

    public override void Apply(ActorCell cell) => cell.HandleFailed(this, cause);
}

internal sealed class Watch(IInternalActorRef watcher) : SystemMessage
{
    public IInternalActorRef Watcher { get; } = watcher;

    public override void Apply(ActorCell cell) => cell.AddWatcher(Watcher);

    public override void RefusedByTheDead(IInternalActorRef recipient) =>
        Watcher.SendSystemMessage(new DeathWatchNotification(recipient, existenceConfirmed: recipient is LocalActorRef));
}

internal sealed class Unwatch(IInternalActorRef watcher) : SystemMessage
{
    public override void Apply(ActorCell cell) => cell.RemoveWatcher(watcher);
}

internal sealed class DeathWatchNotification(IActorRef actor, bool existenceConfirmed) : SystemMessage
{
    public IActorRef Actor { get; } = actor;

    public override void Apply(ActorCell cell) => cell.WatchedActorTerminated(Actor, existenceConfirmed);
}

internal sealed class ReceiveTimeoutDue : SystemMessage
{
    public override void Apply(ActorCell cell) => cell.CheckReceiveTimeout();
}

/// <summary>The rest of an asynchronous handler, after an await.</summary>
internal sealed class Continuation(SendOrPostCallback callback, object? state) : SystemMessage
{
    public override void Apply(ActorCell cell) => cell.Continue(callback, state);

    /// <summary>A handler whose actor died meanwhile still gets to its finally blocks.</summary>
    public override void RefusedByTheDead(IInternalActorRef recipient) =>
        ThreadPool.QueueUserWorkItem(_ => ((LocalActorRef)recipient).Cell.ContinueDead(callback, state));
}

internal sealed class HandlerCompleted(Task handler) : SystemMessage
{
    public override void Apply(ActorCell cell) => cell.HandlerCompleted(handler);
}
