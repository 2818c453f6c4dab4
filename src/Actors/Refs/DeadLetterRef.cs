namespace Cohort.Actors;

/// <summary>Publishes what it is told as <see cref="DeadLetter"/> on the event stream.</summary>
internal sealed class DeadLetterRef(ActorSystem system, ActorPath path) : ActorRefBase
{
    public override ActorPath Path { get; } = path;

    public override ActorSystem System { get; } = system;

    public override bool IsTerminated => true;

    public override void Tell(object message, IActorRef? sender)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (message is DeadLetter letter) System.EventStream.Publish(letter);
        else Publish(message, sender, this);
    }

    /// <summary>Publishes a message that its recipient can no longer take; the system's own notices are not worth one.</summary>
    public void Publish(object message, IActorRef? sender, IActorRef recipient)
    {
        if (message is Terminated or PoisonPill or TimerFired) return;
        System.EventStream.Publish(new DeadLetter(message, sender ?? this, recipient));
    }
}
