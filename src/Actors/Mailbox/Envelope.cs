namespace Cohort.Actors;

/// <summary>A message on its way, with its sender: a link of a mailbox's list.</summary>
internal sealed class Envelope
{
    private const int PoolSize = 512;

    [ThreadStatic]
    private static Envelope? t_free;

    [ThreadStatic]
    private static int t_freeCount;

    public object Message = null!;
    public IActorRef? Sender;
    public Envelope? Next;

    /// <summary>An envelope from this thread's free list, or a new one.</summary>
    public static Envelope Rent(object message, IActorRef? sender)
    {
        var envelope = t_free;
        if (envelope is null)
        {
            envelope = new Envelope();
        }
        else
        {
            t_free = envelope.Next;
            t_freeCount--;
        }
        envelope.Message = message;
        envelope.Sender = sender;
        return envelope;
    }

    /// <summary>Gives an envelope to this thread's free list; actors that answer each other then allocate none.</summary>
    public static void Return(Envelope envelope)
    {
        if (t_freeCount >= PoolSize) return;
        envelope.Message = null!;
        envelope.Sender = null;
        envelope.Next = t_free;
        t_free = envelope;
        t_freeCount++;
    }
}
