namespace Cohort.Actors;

/// <summary>
/// Brings the code after an await back into the actor: it runs as a system message, never beside another message.
/// </summary>
internal sealed class ActorSynchronizationContext(Mailbox mailbox) : SynchronizationContext
{
    public override void Post(SendOrPostCallback d, object? state) => mailbox.PostSystem(new Continuation(d, state));

    public override void Send(SendOrPostCallback d, object? state) =>
        throw new NotSupportedException("Code cannot be run inside an actor from outside while waiting for it; send a message.");

    public override SynchronizationContext CreateCopy() => this;
}
