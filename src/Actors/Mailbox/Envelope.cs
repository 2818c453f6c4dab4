namespace Cohort.Actors;

/// <summary>A message with its sender, and a link of the mailbox's lists. Short-lived: a pool of them was no faster.</summary>
internal sealed class Envelope(object message, IActorRef? sender)
{
    public readonly object Message = message;
    public readonly IActorRef? Sender = sender;
    public Envelope? Next;
}
