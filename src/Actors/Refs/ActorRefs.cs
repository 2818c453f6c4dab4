namespace Cohort.Actors;

public static class ActorRefs
{
    /// <summary>No sender: replies go to the dead letters.</summary>
    public static readonly IActorRef? NoSender;

    /// <summary>A reference that swallows whatever it is told.</summary>
    public static readonly IActorRef Nobody = new Nobody();
}

internal sealed class Nobody : ActorRefBase
{
    public override ActorPath Path { get; } = new(new ActorPath("all-systems"), "Nobody", uid: 0);

    public override ActorSystem System => throw new InvalidOperationException("Nobody belongs to no actor system.");

    public override bool IsTerminated => true;

    public override void Tell(object message, IActorRef? sender)
    {
    }
}
