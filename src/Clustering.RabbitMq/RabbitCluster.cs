using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Security.Cryptography;
using Cohort.Clustering.RabbitMq.Broker;
using Cohort.Clustering.RabbitMq.Parts;
using Cohort.Clustering.RabbitMq.Refs;

namespace Cohort.Clustering.RabbitMq;

/// <summary>The cluster seam across machines, on a RabbitMQ broker (docs/cluster.md).</summary>
public sealed class RabbitCluster : ICluster, IAsyncDisposable
{
    private static readonly TimeSpan TimeToSayFarewell = TimeSpan.FromSeconds(2);

    private readonly ActorSystem _system;
    private readonly RabbitOptions _options;
    private readonly Member _me;
    private readonly ClusterLog _log;
    private readonly ClusterMetrics _metrics;
    private readonly BrokerLink _link;
    private readonly Publisher _publisher;
    private readonly Postman _postman;
    private readonly Receiver _receiver;
    private readonly RemoteRefs _elsewhere;
    private readonly RefsPart _refs;
    private readonly MembersPart _members;
    private readonly IActorRef _membership;
    private readonly ConcurrentDictionary<string, SingletonPart> _offered = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, RegionPart> _hosted = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Lazy<IActorRef>> _singletons = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Lazy<IActorRef>> _regions = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Lazy<IActorRef>> _entities = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Lazy<(ConcurrentDictionary<string, Props> Entities, IActorRef Region, HeldDeliveries Held)>>
        _entitiesHere = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Lazy<IActorRef>> _topics = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Lazy<Subscription>> _subscriptions = new(StringComparer.Ordinal);
    private readonly Events _events;
    private Task _declared = Task.CompletedTask;
    private readonly Lock _declaring = new();
    private ImmutableArray<(Member Member, bool IsDraining)> _others = [];
    private bool _draining;
    private volatile bool _isIn;
    private int _left;

    private RabbitCluster(ActorSystem system, Member self, RabbitOptions options, Action<LogLevel, string>? log)
    {
        (_system, _options, _me) = (system, options, self);
        _log = new ClusterLog(log ?? LogThrough(system));
        _events = new Events(this);
        _metrics = new ClusterMetrics(() => _publisher?.Unconfirmed ?? 0, () => Members.Count);
        _link = new BrokerLink(options, $"cohort {self.Role} {self.Name}", _log, _metrics)
        {
            Connected = number => _membership!.Tell(new Membership.Connected(number), ActorRefs.NoSender),
        };
        _publisher = new Publisher(options, _metrics, Undelivered);
        _elsewhere = new RemoteRefs(system);
        _postman = new Postman(
            system,
            self.Name,
            self.Incarnation,
            options.LargestMessage,
            _publisher,
            new LocalRefs(system, self.Name, self.Incarnation),
            _elsewhere,
            _metrics,
            _log)
        { Declared = () => _declared };
        _receiver = new Receiver(options.LargestMessage, _metrics, _postman);
        _refs = new RefsPart(self.Name, _receiver, _postman);
        _members = new MembersPart(self.Name, _metrics, _log);
        var (part, events, metrics) = (_members, _events, _metrics);
        _membership = system.ActorOf(Props.Create(() => new Membership(self, options, part, events, metrics)));
        _members.Membership = _membership;
    }

    public Member Self => _me with { Incarnation = Membership.IncarnationOf(_me.Incarnation, _link.Connections) };

    public IReadOnlyList<Member> Members => [Self, .. _others.Select(other => other.Member)];

    /// <summary>Everybody who is in, this process first.</summary>
    public IReadOnlyList<MemberState> MemberStates
        => [State(Self, _draining), .. _others.Select(other => State(other.Member, other.IsDraining))];

    /// <summary>True if there is a connection to the broker, and all is declared there.</summary>
    public bool IsConnected => _link.IsConnected;

    /// <summary>True once the others have been told that this process is in, with all that it does on the broker.</summary>
    public bool IsIn => _isIn;

    /// <summary>Joins the cluster on a broker, and stays in, whatever happens to the broker, until disposed.</summary>
    /// <param name="system">Whose actors take part.</param>
    /// <param name="self">This process: a name that is unique in the cluster, and its slots. Its incarnation is made here.</param>
    /// <param name="role">What it is there for.</param>
    /// <param name="options">Where the broker is, and how it is used.</param>
    /// <param name="log">Takes sentences for people; null: the actor system's log.</param>
    /// <param name="stop">Ends the attempt.</param>
    /// <exception cref="ArgumentException">An option or the name is out of range.</exception>
    /// <exception cref="ClusterException">The broker is not there, or refuses; the sentence says which and what to do.</exception>
    public static async Task<RabbitCluster> JoinAsync(
        ActorSystem system,
        Member self,
        MemberRole role,
        RabbitOptions options,
        Action<LogLevel, string>? log = null,
        CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(self);
        options.Validate();
        CheckName(self.Name, "member");
        var incarnation = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6));
        var cluster = new RabbitCluster(system, self with { Incarnation = incarnation, Role = role }, options, log);
        try
        {
            await cluster.BeginAsync(stop);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    public IActorRef StartSingleton(string name, Props props)
    {
        CheckName(name, "singleton");
        var part = new SingletonPart(name, props, _system, _me.Name, _options.Redeliveries, _receiver, _postman, _log);
        if (!_offered.TryAdd(name, part))
        {
            throw new InvalidOperationException($"A singleton named '{name}' is offered by this process already.");
        }

        Declare(part);
        return Singleton(name);
    }

    public IActorRef Singleton(string name)
        => Once(_singletons, name, () =>
        {
            CheckName(name, "singleton");
            var route = Route.ToSingleton(name);
            return Outlet(message => (route, message));
        });

    public IActorRef StartRegion(string kind, Func<string, Props> entity, bool confirms = false)
    {
        CheckName(kind, "region");
        var held = new HeldDeliveries();
        var part = new RegionPart(kind, _me, confirms, _options.Prefetch, held, _receiver, _postman);
        if (!_hosted.TryAdd(kind, part))
        {
            throw new InvalidOperationException($"Entities of kind '{kind}' are hosted by this process already.");
        }

        var confirmations = _system.ActorOf(Props.Create(() => new Confirmations(held)));
        part.Region = _system.ActorOf(Props.Create(() => new ShardRegion(entity, confirmations)), kind);
        var outlet = Region(kind);
        Declare(part);
        return outlet;
    }

    public IActorRef Region(string kind)
        => Once(_regions, kind, () =>
        {
            CheckName(kind, "region");
            Declare(new RegionExchanges(kind));
            return Outlet(message => message is ShardingEnvelope envelope
                ? (Route.ToEntity(kind, envelope.EntityId), envelope.Message)
                : throw new ArgumentException(
                    $"Region '{kind}' was told a {message.GetType().Name}; expected a {nameof(ShardingEnvelope)}."));
        });

    public Task StartEntity(string kind, string id, Props entity)
    {
        CheckName(kind, "region");
        CheckName(id, kind);
        var (entities, region, held) = Once(_entitiesHere, kind, () =>
        {
            var (here, unconfirmed) = (new ConcurrentDictionary<string, Props>(StringComparer.Ordinal), new HeldDeliveries());
            var confirmations = _system.ActorOf(Props.Create(() => new Confirmations(unconfirmed)));
            return (here, _system.ActorOf(Props.Create(() => new EntitiesHere(here, confirmations)), kind), unconfirmed);
        });
        if (!entities.TryAdd(id, entity))
        {
            return Task.FromException(new EntityTakenException(new(kind, id)));
        }

        var part = new EntityPart(
            kind, id, _options.ClaimPatience, region, held, _receiver, _postman, taken => _system.EventStream.Publish(taken));
        _ = Entities(kind); // declares the exchange
        Declare(part);
        return part.Claimed;
    }

    public IActorRef Entities(string kind)
        => Once(_entities, kind, () =>
        {
            CheckName(kind, "region");
            Declare(new EntityExchange(kind));
            return Outlet(message => message is ShardingEnvelope envelope
                ? (Route.ToEntity(kind, envelope.EntityId), envelope.Message)
                : throw new ArgumentException(
                    $"Entities of kind '{kind}' were told a {message.GetType().Name}; expected a {nameof(ShardingEnvelope)}."));
        });

    public void Subscribe(string topic, IActorRef subscriber)
        => Once(_subscriptions, topic, () =>
        {
            CheckName(topic, "topic");
            var subscribers = _system.ActorOf(Props.Create(() => new Topic()));
            var part = new TopicPart(topic, _me.Name, subscribers, _receiver, _postman);
            Declare(part);
            return new Subscription(part, subscribers);
        }).Subscribers.Tell(new Topic.Subscribe(subscriber));

    public void Publish(string topic, object message)
        => Once(_topics, topic, () =>
        {
            CheckName(topic, "topic");
            var route = Route.ToTopic(topic);
            return Outlet(what => (route, what));
        }).Tell(message);

    /// <summary>True if the cluster's actor of this name runs in this process.</summary>
    public bool Runs(string singleton) => _offered.TryGetValue(singleton, out var part) && part.IsActive;

    /// <summary>
    /// Takes this member's entities off the hash, so that others get what is sent from now on, and completes when what it holds is
    /// dealt with. It stays a member until disposed.
    /// </summary>
    public async Task DrainAsync(CancellationToken stop)
    {
        _draining = true;
        await _membership.Ask<Membership.Say>(new Membership.Say(Farewell: false), stop);
        foreach (var region in _hosted.Values)
        {
            await region.LeaveHashAsync(stop);
        }

        foreach (var region in _hosted.Values)
        {
            while (!await region.IsDrainedAsync(stop))
            {
                await Task.Delay(100, stop);
            }
        }

        while (_publisher.Unconfirmed > 0)
        {
            await Task.Delay(20, stop);
        }
    }

    /// <summary>What lies in the dead letters, the oldest first. It stays there. Seeds only.</summary>
    /// <param name="most">How many at most.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="ClusterException">There is no connection, or this member may not.</exception>
    public Task<IReadOnlyList<DeadLetterState>> ReadDeadLettersAsync(int most, CancellationToken stop = default)
        => new DeadLetterQueue(_link).ReadAsync(most, stop);

    /// <summary>Sends every dead letter to where it was for once more, and returns how many.</summary>
    /// <exception cref="ClusterException">There is no connection, or this member may not.</exception>
    public Task<int> ReplayDeadLettersAsync(CancellationToken stop = default) => new DeadLetterQueue(_link).ReplayAsync(stop);

    /// <summary>Throws all dead letters away, and returns how many.</summary>
    /// <exception cref="ClusterException">There is no connection, or this member may not.</exception>
    public Task<int> PurgeDeadLettersAsync(CancellationToken stop = default) => new DeadLetterQueue(_link).PurgeAsync(stop);

    /// <summary>Says farewell, stops what it offered, and closes the connection.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _left, 1) != 0)
        {
            return;
        }

        foreach (var singleton in _offered.Values)
        {
            await singleton.LeaveAsync();
        }

        if (_link.IsConnected)
        {
            try
            {
                await _membership.Ask<Membership.Say>(new Membership.Say(Farewell: true), TimeToSayFarewell);
            }
            catch (AskTimeoutException)
            {
                // The broker says it for us.
            }
        }

        await _link.DisposeAsync();
        _system.Stop(_membership);
        _metrics.Dispose();
    }

    private static T Once<T>(ConcurrentDictionary<string, Lazy<T>> started, string name, Func<T> start)
        => started.GetOrAdd(name, _ => new Lazy<T>(start)).Value;

    private static MemberState State(Member member, bool draining)
        => new(member.Name, member.Role, member.Slots, member.Incarnation, draining);

    private static void CheckName(string name, string what)
    {
        if (name is not { Length: > 0 and <= 100 } || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
        {
            throw new ArgumentException(
                $"'{name}' is no name for a {what}: expected 1 to 100 ASCII letters, digits, '-', '_' and '.'.", nameof(name));
        }
    }

    private static Action<LogLevel, string> LogThrough(ActorSystem system)
    {
        var writer = system.ActorOf(Props.Create(() => new LogWriter()));
        return (level, sentence) => writer.Tell(new LogWriter.Line(level, sentence), ActorRefs.NoSender);
    }

    private async Task BeginAsync(CancellationToken stop)
    {
        await _link.AddAsync(new Topology(_me.Role));
        await _link.AddAsync(_refs);
        await _link.AddAsync(_members);
        await _link.AddAsync(_publisher);
        await _link.ConnectAsync(stop);
    }

    private IActorRef Outlet(Func<object, (Route Route, object Message)> route)
    {
        var postman = _postman;
        return _system.ActorOf(Props.Create(() => new Outlet(postman, route, null)));
    }

    /// <summary>One after the other, in this order; what this process sends from now on waits for it.</summary>
    private void Declare(IBrokerPart part)
    {
        lock (_declaring)
        {
            _declared = AfterAsync(_declared, part);
        }
    }

    private async Task AfterAsync(Task before, IBrokerPart part)
    {
        await before;
        await Task.Yield();
        try
        {
            await _link.AddAsync(part);
        }
        catch (OperationCanceledException)
        {
            // This process has left.
        }
    }

    private void Undelivered(Publication publication, string reason)
    {
        if (publication.Letter is { } letter)
        {
            _log.WarnOnce(reason, $"A {letter.Message.GetType().Name} for {publication.RoutingKey} is undelivered: {reason}.");
            _postman.DeadLetter(letter);
        }
    }

    private sealed record Subscription(TopicPart Part, IActorRef Subscribers);

    private sealed class Events(RabbitCluster cluster) : MembershipEvents
    {
        private readonly Dictionary<string, string> _processes = new(StringComparer.Ordinal);

        public override Member Self => cluster.Self;

        public override bool IsDraining => cluster._draining;

        public override bool IsDeclared => cluster._declared.IsCompleted;

        public override void Announced() => cluster._isIn = true;

        public override void Joined(Member member, string process)
        {
            if (_processes.GetValueOrDefault(member.Name) is { } before && !string.Equals(before, process, StringComparison.Ordinal))
            {
                cluster._elsewhere.Forget(member.Name, before);
            }

            _processes[member.Name] = process;
            cluster._log.Info($"{member.Role} {member.Name} is in (incarnation {member.Incarnation}, {member.Slots} slots).");
            cluster._system.EventStream.Publish(new MemberJoined(member));
        }

        public override void Left(Member member, string reason)
        {
            cluster._log.Info($"{member.Role} {member.Name} is out: {reason}.");
            cluster._system.EventStream.Publish(new MemberLeft(member, reason));
            foreach (var singleton in cluster._offered.Values)
            {
                _ = singleton.WakeAsync(); // it may have run them
            }
        }

        public override void Show(IReadOnlyList<(Member Member, bool IsDraining)> others) => cluster._others = [.. others];

        public override async Task FlushAsync()
        {
            await cluster._refs.FlushAsync();
            await cluster._members.FlushAsync();
            foreach (var subscription in cluster._subscriptions.Values)
            {
                await subscription.Value.Part.FlushAsync();
            }

            foreach (var singleton in cluster._offered.Values)
            {
                await singleton.WakeSeldomAsync(); // nobody may have been told of the active one's end
            }
        }
    }
}
