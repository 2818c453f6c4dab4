using System.Collections.Concurrent;

namespace Cohort.Clustering.RabbitMq.Refs;

/// <summary>
/// What stands here for actors of other processes: one <see cref="Outlet"/> each, kept while it is used and its process is in.
/// </summary>
internal sealed class RemoteRefs
{
    private static readonly TimeSpan Idle = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<Address, Lazy<IActorRef>> _outlets = new();
    private readonly ConcurrentDictionary<IActorRef, Address> _addresses = new();
    private readonly ActorSystem _system;
    private readonly IActorRef _keeper;

    public RemoteRefs(ActorSystem system)
    {
        _system = system;
        _keeper = system.ActorOf(Props.Create(() => new OutletKeeper(this)));
    }

    public IActorRef Of(Address address, Postman postman)
        => _outlets.GetOrAdd(address, known => new Lazy<IActorRef>(() => Start(known, postman))).Value;

    /// <summary>The address for which a reference stands; null if it is of this process.</summary>
    public Address? AddressOf(IActorRef actor) => _addresses.GetValueOrDefault(actor);

    /// <summary>A process is gone for good.</summary>
    public void Forget(string member, string incarnation)
    {
        foreach (var (address, outlet) in _outlets)
        {
            if (string.Equals(address.Member, member, StringComparison.Ordinal)
                && string.Equals(address.Incarnation, incarnation, StringComparison.Ordinal))
            {
                outlet.Value.Tell(Outlet.End.Now, ActorRefs.NoSender);
            }
        }
    }

    private IActorRef Start(Address address, Postman postman)
    {
        var route = Route.ToActor(address);
        Func<object, (Route, object)> toActor = message => (route, message);
        TimeSpan? idle = Idle;
        var outlet = _system.ActorOf(Props.Create(() => new Outlet(postman, toActor, idle)));
        _addresses[outlet] = address;
        _keeper.Tell(outlet, ActorRefs.NoSender);
        return outlet;
    }

    private void Forget(IActorRef outlet)
    {
        if (_addresses.TryRemove(outlet, out var address))
        {
            _outlets.TryRemove(address, out _);
        }
    }

    private sealed class OutletKeeper : ReceiveActor
    {
        public OutletKeeper(RemoteRefs refs)
        {
            Receive<IActorRef>(outlet => Context.Watch(outlet));
            Receive<Terminated>(stopped => refs.Forget(stopped.ActorRef));
        }
    }
}
