using System.Collections.Concurrent;

namespace Cohort.Clustering.RabbitMq.Refs;

/// <summary>
/// Actors of this process that others know, by number. An actor is forgotten when it stops; who waits for one answer, when the
/// answer is there, or when very many wait after it.
/// </summary>
internal sealed class LocalRefs
{
    private const int MostWaiting = 100_000;

    private readonly ConcurrentDictionary<ulong, IActorRef> _actors = new();
    private readonly ConcurrentDictionary<IActorRef, ulong> _numbers = new();
    private readonly ConcurrentQueue<ulong> _waiting = new();
    private readonly string _member;
    private readonly string _incarnation;
    private readonly IActorRef _keeper;
    private long _last;

    public LocalRefs(ActorSystem system, string member, string incarnation)
    {
        (_member, _incarnation) = (member, incarnation);
        _keeper = system.ActorOf(Props.Create(() => new Keeper(this)));
    }

    /// <summary>How others address an actor of this process.</summary>
    public Address AddressOf(IActorRef actor)
    {
        // What Ask makes lives under /temp, takes one answer, and cannot be watched on every engine.
        if (actor.Path.Parent.Name is "temp")
        {
            var waiting = NewNumber();
            _actors[waiting] = actor;
            _waiting.Enqueue(waiting);
            if (_waiting.Count > MostWaiting && _waiting.TryDequeue(out var oldest))
            {
                _actors.TryRemove(oldest, out _);
            }

            return At(waiting, once: true);
        }

        if (!_numbers.TryGetValue(actor, out var number))
        {
            number = _numbers.GetOrAdd(actor, NewNumber());
            _actors[number] = actor;
            _keeper.Tell(new Keep(actor), ActorRefs.NoSender);
        }

        return At(number, once: false);
    }

    /// <summary>True if the address is of this process and its actor lives.</summary>
    public bool TryFind(Address address, out IActorRef actor)
        => address.Once ? _actors.TryRemove(address.Actor, out actor!) : _actors.TryGetValue(address.Actor, out actor!);

    public bool IsHere(Address address)
        => string.Equals(address.Member, _member, StringComparison.Ordinal)
            && string.Equals(address.Incarnation, _incarnation, StringComparison.Ordinal);

    private ulong NewNumber() => (ulong)Interlocked.Increment(ref _last);

    private Address At(ulong number, bool once)
        => new() { Member = _member, Incarnation = _incarnation, Actor = number, Once = once };

    private void Forget(IActorRef actor)
    {
        if (_numbers.TryRemove(actor, out var number))
        {
            _actors.TryRemove(number, out _);
        }
    }

    private sealed record Keep(IActorRef Actor);

    private sealed class Keeper : ReceiveActor
    {
        public Keeper(LocalRefs refs)
        {
            Receive<Keep>(keep => Context.Watch(keep.Actor));
            Receive<Terminated>(stopped => refs.Forget(stopped.ActorRef));
        }
    }
}
