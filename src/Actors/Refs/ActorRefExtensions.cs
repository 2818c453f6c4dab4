namespace Cohort.Actors;

public static class ActorRefImplicitSenderExtensions
{
    /// <summary>Sends a message; the sender is the actor in whose code this is called, if any.</summary>
    public static void Tell(this IActorRef receiver, object message) => receiver.Tell(message, ActorCell.Current?.Self);

    /// <summary>Sends a message on, keeping the sender of the message being handled.</summary>
    public static void Forward(this IActorRef receiver, object message) =>
        receiver.Tell(message, ActorCell.Current?.Sender);
}

public static class ActorRefExtensions
{
    /// <summary>True for null, <see cref="ActorRefs.Nobody"/> and the dead letters.</summary>
    public static bool IsNobody(this IActorRef? actorRef) => actorRef is null or Nobody or DeadLetterRef;
}

public static class ActorRefFactoryExtensions
{
    /// <summary>Creates an actor by its parameterless constructor.</summary>
    public static IActorRef ActorOf<TActor>(this IActorRefFactory factory, string? name = null)
        where TActor : ActorBase, new() => factory.ActorOf(Props.Create<TActor>(), name);
}
