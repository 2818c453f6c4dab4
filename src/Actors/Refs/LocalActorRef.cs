namespace Cohort.Actors;

/// <summary>The reference of an actor in this process: it outlives the actor's restarts and its death.</summary>
internal sealed class LocalActorRef(ActorCell cell, ActorPath path) : Mailbox(cell)
{
    public override ActorPath Path { get; } = path;

    public override ActorSystem System => Cell.System;

    public override void Tell(object message, IActorRef? sender)
    {
        ArgumentNullException.ThrowIfNull(message);
        Post(message, sender);
    }

    public override void SendSystemMessage(SystemMessage message) => PostSystem(message);

    public void Stop() => PostSystem(new Terminate());
}
