namespace Cohort.Actors;

/// <summary>Messages put aside for later.</summary>
public interface IStash
{
    /// <summary>Puts the message being handled aside.</summary>
    /// <exception cref="IllegalActorStateException">It was already put aside.</exception>
    void Stash();

    /// <summary>Brings all messages back in their order, before all that wait in the mailbox.</summary>
    void UnstashAll();
}

/// <summary>An actor that can put messages aside; the property is set before PreStart.</summary>
public interface IWithStash
{
    IStash Stash { get; set; }
}
