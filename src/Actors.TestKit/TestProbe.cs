namespace Cohort.Actors.Testing;

/// <summary>A test actor of its own.</summary>
public sealed class TestProbe : TestKitBase
{
    internal TestProbe(ActorSystem system)
        : base(system)
    {
    }

    /// <summary>The probe as what others are sent.</summary>
    public IActorRef Ref => TestActor;

    public override string ToString() => $"TestProbe({TestActor})";
}
