namespace Cohort.Actors;

/// <summary>Whatever a message can be sent to.</summary>
public interface ICanTell
{
    /// <summary>Sends a message and returns at once.</summary>
    /// <exception cref="ArgumentNullException">The message is null.</exception>
    void Tell(object message, IActorRef? sender);
}

/// <summary>The handle of an actor: it can be sent to, watched and compared, and never reveals the actor itself.</summary>
public interface IActorRef : ICanTell, IEquatable<IActorRef>, IComparable<IActorRef>, IComparable
{
    ActorPath Path { get; }
}

/// <summary>What the actor system itself needs of a reference.</summary>
internal interface IInternalActorRef : IActorRef
{
    ActorSystem System { get; }

    bool IsTerminated { get; }

    void SendSystemMessage(SystemMessage message);
}
