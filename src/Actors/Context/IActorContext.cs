namespace Cohort.Actors;

/// <summary>Handles a message; false when it did not.</summary>
public delegate bool Receive(object message);

/// <summary>Handles every message.</summary>
public delegate void UntypedReceive(object message);

public interface IActorRefFactory
{
    /// <summary>Creates an actor as a child and returns at once; its constructor runs later, in the actor's own turn.</summary>
    /// <param name="props">How to make the actor.</param>
    /// <param name="name">Unique among its siblings; null for an automatic one.</param>
    /// <exception cref="InvalidActorNameException">The name is illegal or taken.</exception>
    IActorRef ActorOf(Props props, string? name = null);
}

public interface ICanWatch
{
    /// <summary>Asks for <see cref="Terminated"/> when the subject stops, at once if it has already.</summary>
    IActorRef Watch(IActorRef subject);

    /// <summary>Asks for a message of one's own choice when the subject stops.</summary>
    IActorRef WatchWith(IActorRef subject, object message);

    /// <summary>Stops watching; a notice already queued is not delivered any more.</summary>
    IActorRef Unwatch(IActorRef subject);
}

/// <summary>What an actor knows and can do in its surroundings. Only to be used in the actor's own turn.</summary>
public interface IActorContext : IActorRefFactory, ICanWatch
{
    IActorRef Self { get; }

    Props Props { get; }

    /// <summary>Who sent the message being handled; the dead letters when nobody said.</summary>
    IActorRef Sender { get; }

    IActorRef Parent { get; }

    ActorSystem System { get; }

    TimeSpan? ReceiveTimeout { get; }

    IEnumerable<IActorRef> GetChildren();

    /// <summary>The child of that name, or <see cref="ActorRefs.Nobody"/>.</summary>
    IActorRef Child(string name);

    void Become(Receive receive);

    void BecomeStacked(Receive receive);

    void UnbecomeStacked();

    /// <summary>
    /// Asks for <see cref="Cohort.Actors.ReceiveTimeout"/> after this long without a message, again and again; null ends it.
    /// </summary>
    void SetReceiveTimeout(TimeSpan? timeout);

    /// <summary>Stops an actor after the message it is handling.</summary>
    void Stop(IActorRef child);
}

public interface IUntypedActorContext : IActorContext
{
    void Become(UntypedReceive receive);

    void BecomeStacked(UntypedReceive receive);
}
