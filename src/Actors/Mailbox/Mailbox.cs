namespace Cohort.Actors;

/// <summary>
/// Many threads post, one at a time reads. Arrivals are a lock-free stack per kind (user, system): a post is one
/// compare-exchange; the reader takes a whole stack with one exchange and turns it round into its own list, the inbox. One
/// word says whether the mailbox is idle, scheduled (waiting for a thread, or on one), suspended or dead; whoever moves it to
/// scheduled brings it to the thread pool, so that there is never more than one reader.
/// </summary>
internal abstract class Mailbox : IThreadPoolWorkItem
{
    /// <summary>User messages handled in one go before other actors get their turn.</summary>
    private const int Throughput = 100;

    private const int Idle = 0;
    private const int Scheduled = 1;
    private const int Suspended = 2;
    private const int Dead = 3;

    private Envelope? _arrivals;
    private SystemMessage? _systemArrivals;
    private Envelope? _inbox;
    private int _state;
    private int _suspensions;

    public bool IsDead => Volatile.Read(ref _state) == Dead;

    protected bool IsSuspended => _suspensions > 0;

    protected bool HasQueuedMessages => _inbox is not null || Volatile.Read(ref _arrivals) is not null;

    /// <summary>Queues a user message, from any thread.</summary>
    public void Post(object message, IActorRef? sender)
    {
        var envelope = new Envelope(message, sender);
        var top = _arrivals;
        while (true)
        {
            envelope.Next = top;
            var seen = Interlocked.CompareExchange(ref _arrivals, envelope, top);
            if (ReferenceEquals(seen, top)) break;
            top = seen;
        }
        var state = Volatile.Read(ref _state);
        if (state == Idle) Wake(Idle);
        else if (state == Dead) Bury();
    }

    /// <summary>Queues a system message, from any thread; it is handled before the next user message, also while suspended.</summary>
    public void PostSystem(SystemMessage message)
    {
        var top = _systemArrivals;
        while (true)
        {
            message.Next = top;
            var seen = Interlocked.CompareExchange(ref _systemArrivals, message, top);
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
        BeginTurn();
        HandleSystemMessages();
        var left = Throughput;
        while (_suspensions == 0 && (_inbox ??= TakeArrivals()) is { } envelope)
        {
            if (left-- == 0)
            {
                EndTurn();
                Dispatcher.Yield(this);
                return;
            }
            _inbox = envelope.Next;
            HandleMessage(envelope);
            if (_systemArrivals is not null) HandleSystemMessages();
        }
        EndTurn();
        Rest();
    }

    protected abstract void BeginTurn();

    protected abstract void EndTurn();

    protected abstract void HandleMessage(Envelope envelope);

    protected abstract void HandleSystemMessage(SystemMessage message);

    /// <summary>A message that came too late.</summary>
    protected abstract void HandleDeadLetter(Envelope envelope);

    /// <summary>A system message that came too late; any thread may find it.</summary>
    protected abstract void HandleDeadSystemMessage(SystemMessage message);

    /// <summary>User messages wait until <see cref="Resume"/> was called as often. Only the reader may call this.</summary>
    protected void Suspend() => _suspensions++;

    protected void Resume()
    {
        if (_suspensions > 0) _suspensions--;
    }

    /// <summary>Puts messages before all others, in their order. Only the reader may call this.</summary>
    public void Prepend(IReadOnlyList<Envelope> envelopes)
    {
        _inbox ??= TakeArrivals();
        for (var i = envelopes.Count - 1; i >= 0; i--)
        {
            envelopes[i].Next = _inbox;
            _inbox = envelopes[i];
        }
    }

    /// <summary>Closes the mailbox for good: what is queued and what comes later are dead letters.</summary>
    protected void Die()
    {
        _suspensions = int.MaxValue;
        Interlocked.Exchange(ref _state, Dead);
        for (var envelope = _inbox; envelope is not null; envelope = envelope.Next) HandleDeadLetter(envelope);
        _inbox = null;
        Bury();
    }

    private void Wake(int from)
    {
        if (Interlocked.CompareExchange(ref _state, Scheduled, from) == from) Dispatcher.Schedule(this);
    }

    private void Rest()
    {
        if (_state == Dead) return;
        var rest = _suspensions > 0 ? Suspended : Idle;
        Interlocked.Exchange(ref _state, rest);
        // Who posted before the exchange saw us scheduled and left the waking to us.
        if (Volatile.Read(ref _systemArrivals) is not null || (rest == Idle && Volatile.Read(ref _arrivals) is not null))
            Wake(rest);
    }

    private Envelope? TakeArrivals()
    {
        if (Volatile.Read(ref _arrivals) is null) return null;
        var newest = Interlocked.Exchange(ref _arrivals, null);
        Envelope? oldest = null;
        while (newest is not null)
        {
            var next = newest.Next;
            newest.Next = oldest;
            oldest = newest;
            newest = next;
        }
        return oldest;
    }

    private void HandleSystemMessages()
    {
        while (_state != Dead && TakeSystemArrivals() is { } message)
        {
            for (SystemMessage? current = message; current is not null;)
            {
                var next = current.Next;
                current.Next = null;
                if (_state == Dead) HandleDeadSystemMessage(current);
                else HandleSystemMessage(current);
                current = next;
            }
        }
    }

    private SystemMessage? TakeSystemArrivals()
    {
        if (Volatile.Read(ref _systemArrivals) is null) return null;
        var newest = Interlocked.Exchange(ref _systemArrivals, null);
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

    private void Bury()
    {
        for (var envelope = TakeArrivals(); envelope is not null; envelope = envelope.Next) HandleDeadLetter(envelope);
        for (var message = TakeSystemArrivals(); message is not null;)
        {
            var next = message.Next;
            message.Next = null;
            HandleDeadSystemMessage(message);
            message = next;
        }
    }
}
