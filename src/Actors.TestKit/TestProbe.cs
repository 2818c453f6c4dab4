namespace Cohort.Actors.Testing;

/// <summary>A test actor of its own, that can be passed around as a reference, send, and reply.</summary>
public sealed class TestProbe : TestKitBase, IInternalActorRef
{
    internal TestProbe(ActorSystem system, string? name)
        : base(system, name)
    {
    }

    /// <summary>The probe as what others are sent.</summary>
    public IActorRef Ref => TestActor;

    /// <summary>Who sent the last message taken from the probe.</summary>
    public IActorRef Sender => LastSender;

    public ActorPath Path => TestActor.Path;

    ActorSystem IInternalActorRef.System => Sys;

    bool IInternalActorRef.IsTerminated => Internal.IsTerminated;

    private IInternalActorRef Internal => (IInternalActorRef)TestActor;

    /// <summary>Sends a message with the probe as its sender.</summary>
    public void Send(IActorRef actor, object message) => actor.Tell(message, TestActor);

    /// <summary>Sends a message to who sent the last one.</summary>
    public void Reply(object message) => Sender.Tell(message, TestActor);

    /// <summary>Sends the last message on, as its sender sent it.</summary>
    public void Forward(IActorRef actor) => actor.Tell(LastMessage!, Sender);

    public override TestProbe CreateTestProbe(string? name = null) =>
        throw new NotSupportedException("Cannot create a TestProbe from a TestProbe.");

    void ICanTell.Tell(object message, IActorRef? sender) => TestActor.Tell(message, sender);

    void IInternalActorRef.SendSystemMessage(SystemMessage message) => Internal.SendSystemMessage(message);

    bool IEquatable<IActorRef>.Equals(IActorRef? other) => TestActor.Equals(other);

    int IComparable<IActorRef>.CompareTo(IActorRef? other) => TestActor.CompareTo(other);

    int IComparable.CompareTo(object? obj) => TestActor.CompareTo(obj);

    public override bool Equals(object? obj) => TestActor.Equals(obj);

    public override int GetHashCode() => TestActor.GetHashCode();

    public override string ToString() => $"TestProbe({TestActor})";
}
