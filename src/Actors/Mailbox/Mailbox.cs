namespace Cohort.Actors;

/// <summary>
/// Many threads post, one at a time reads. User messages are a linked queue: a post is one exchange of its newest end, and then
/// a link from the message before (or, if there was none, from the reader's side). System messages are a small lock-free stack.
/// One word says whether the mailbox is idle, scheduled (waiting for a thread, or on one), suspended or dead; whoever moves it
/// to scheduled brings it to the thread pool, so that there is never more than one reader. The mailbox is the actor's
/// reference: what those who post touch lies here, what the reader touches for every message lies in the cell.
/// </summary>
internal abstract class Mailbox(ActorCell cell) : ActorRefBase, IThreadPoolWorkItem
{
    /// <summary>User messages handled in one go before other actors get their turn.</summary>
    private const int Throughput = 100;

    private const int Idle = 0;
    private const int Scheduled = 1;
    private const int Suspended = 2;
    private const int Dead = 3;

    private Envelope? _newest;
    private int _state;

    public ActorCell Cell { get; } = cell;

    public sealed override bool IsTerminated => Volatile.Read(ref _state) == Dead;

    /// <summary>Only the reader may ask.</summary>
    public bool HasQueuedMessages => Cell.Inbox.PutBack is not null || Volatile.Read(ref _newest) is not null;

    /// <summary>Queues a user message, from any thread.</summary>
    public void Post(object message, IActorRef? sender)
    {
        var envelope = new Envelope(message, sender);
        var before = Interlocked.Exchange(ref _newest, envelope);
        if (before is null) Volatile.Write(ref Cell.Inbox.Oldest, envelope);
        else Volatile.Write(ref before.Next, envelope);
        var state = Volatile.Read(ref _state);
        if (state == Idle) Wake(Idle);
        else if (state == Dead) Bury();
    }

    /// <summary>
    /// Queues a system message, from any thread; it is handled before the next user message, also while suspended.
    /// </summary>
    public void PostSystem(SystemMessage message)
    {
        ref var arrivals = ref Cell.Inbox.SystemArrivals;
        var top = arrivals;
        while (true)
        {
            message.Next = top;
            var seen = Interlocked.CompareExchange(ref arrivals, message, top);
            if (ReferenceEquals(seen, top)) break;
            top = seen;
        }
        var state = Volatile.Read(ref _state);
        if (state is Idle or Suspended) Wake(state);
        else if (state == Dead) Bury();
    }

    /// <summary>One turn on a pool thread.</summary>
    void IThreadPoolWorkItem.Execute()
    {
        var reader = Cell;
        ref var inbox = ref reader.Inbox;
        var outer = ActorCell.Current;
        ActorCell.Current = reader;
        HandleSystemMessages();
        var left = Throughput;
        while (inbox.Suspensions == 0 && left-- > 0 && Take(ref inbox) is { } envelope)
        {
            reader.HandleMessage(envelope);
            if (inbox.SystemArrivals is not null) HandleSystemMessages();
        }
        ActorCell.Current = outer;
        if (inbox.Suspensions == 0 && left < 0) Dispatcher.Yield(this);
        else Rest();
    }

    /// <summary>User messages wait until <see cref="Resume"/> was called as often. Only the reader may call this.</summary>
    public void Suspend() => Cell.Inbox.Suspensions++;

    public void Resume()
    {
        if (Cell.Inbox.Suspensions > 0) Cell.Inbox.Suspensions--;
    }

    /// <summary>Puts messages before all others, in their order. Only the reader may call this.</summary>
    public void Prepend(IReadOnlyList<Envelope> envelopes)
    {
        ref var first = ref Cell.Inbox.PutBack;
        for (var i = envelopes.Count - 1; i >= 0; i--)
        {
            envelopes[i].Next = first;
            first = envelopes[i];
        }
    }

    /// <summary>Closes the mailbox for good: what is queued and what comes later are dead letters.</summary>
    public void Die()
    {
        Cell.Inbox.Suspensions = int.MaxValue;
        Interlocked.Exchange(ref _state, Dead);
        Bury();
    }

    private void Wake(int from)
    {
        if (Interlocked.CompareExchange(ref _state, Scheduled, from) == from) Dispatcher.Schedule(this);
    }

    private void Rest()
    {
        if (_state == Dead) return;
        var rest = Cell.Inbox.Suspensions > 0 ? Suspended : Idle;
        Interlocked.Exchange(ref _state, rest);
        // Who posted before the exchange saw us scheduled and left the waking to us.
        if (Volatile.Read(ref Cell.Inbox.SystemArrivals) is not null || (rest == Idle && Volatile.Read(ref _newest) is not null))
            Wake(rest);
    }

    /// <summary>The next user message; null if there is none, or if who posted it has not linked it yet.</summary>
    private Envelope? Take(ref Inbox inbox)
    {
        if (inbox.PutBack is { } first)
        {
            inbox.PutBack = first.Next;
            return first;
        }
        var envelope = Volatile.Read(ref inbox.Oldest);
        if (envelope is null) return null;
        var next = Volatile.Read(ref envelope.Next);
        if (next is null)
        {
            inbox.Oldest = null;
            if (ReferenceEquals(Interlocked.CompareExchange(ref _newest, null, envelope), envelope)) return envelope;
            // Another thread has just queued behind it; the link is its next step.
            var spin = default(SpinWait);
            while ((next = Volatile.Read(ref envelope.Next)) is null) spin.SpinOnce();
        }
        inbox.Oldest = next;
        return envelope;
    }

    private void HandleSystemMessages()
    {
        while (_state != Dead && TakeSystemArrivals() is { } message)
        {
            for (SystemMessage? current = message; current is not null;)
            {
                var next = current.Next;
                current.Next = null;
                if (_state == Dead) current.RefusedByTheDead(this);
                else Cell.HandleSystemMessage(current);
                current = next;
            }
        }
    }

    /// <summary>All system messages, oldest first.</summary>
    private SystemMessage? TakeSystemArrivals()
    {
        if (Volatile.Read(ref Cell.Inbox.SystemArrivals) is null) return null;
        var newest = Interlocked.Exchange(ref Cell.Inbox.SystemArrivals, null);
        SystemMessage? oldest = null;
        while (newest is not null)
        {
            var next = newest.Next;
            newest.Next = oldest;
            oldest = newest;
            newest = next;
        }
        return oldest;
    }

    /// <summary>
    /// Empties a dead mailbox. There is no reader any more, so whoever posts into it does this, one after the other.
    /// </summary>
    private void Bury()
    {
        lock (Cell)
        {
            var spin = default(SpinWait);
            while (HasQueuedMessages)
            {
                if (Take(ref Cell.Inbox) is { } envelope) Cell.HandleDeadLetter(envelope);
                else spin.SpinOnce();
            }
        }
        for (var message = TakeSystemArrivals(); message is not null;)
        {
            var next = message.Next;
            message.Next = null;
            message.RefusedByTheDead(this);
            message = next;
        }
    }
}
