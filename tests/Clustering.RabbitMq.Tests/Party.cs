using System.Diagnostics;
using System.Globalization;
using Cohort.Brokers;

namespace Cohort.Clustering.RabbitMq.Tests;

/// <summary>Some members, each with an actor system of its own, on one broker; the test ends them.</summary>
internal sealed class Party(PrivateBroker broker) : IAsyncDisposable
{
    private static int s_guests;

    private readonly List<Guest> _guests = [];

    public List<string> Log { get; } = [];

    /// <summary>Is given every line as it is logged, by whoever logs it.</summary>
    public Action<string> Logged { get; set; } = _ => { };

    public static RabbitOptions OptionsOf(PrivateBroker broker)
        => new() { Uri = broker.Uri, User = PrivateBroker.User, Password = PrivateBroker.Password };

    public async Task<Guest> JoinAsync(
        string? name = null, int slots = 1, MemberRole role = MemberRole.Node, Func<RabbitOptions, RabbitOptions>? change = null)
    {
        name ??= string.Create(CultureInfo.InvariantCulture, $"m{Interlocked.Increment(ref s_guests)}");
        var system = ActorSystem.Create("party");
        var options = OptionsOf(broker);
        var cluster = await RabbitCluster.JoinAsync(
            system, new Member(name, slots), role, change?.Invoke(options) ?? options, (level, line) => Note($"{name} {level}: {line}"));
        var guest = new Guest(system, cluster);
        _guests.Add(guest);
        return guest;
    }

    /// <summary>Until the guests see each other and nobody else.</summary>
    public Task AllSeeEachOtherAsync()
        => Eventually.Is(
            () => _guests.Where(guest => !guest.IsGone).All(
                guest => guest.Cluster.Members.Count == _guests.Count(other => !other.IsGone)));

    /// <summary>Has the broker end a guest's connection; the guest connects again by itself.</summary>
    public async Task CutAsync(Guest guest)
    {
        var connections = await broker.ControlAsync("list_connections", "pid", "client_properties");
        var line = connections.Split('\n').Single(l => l.Contains($" {guest.Name}\"", StringComparison.Ordinal));
        await broker.ControlAsync("close_connection", line.Split('\t')[0], "cut by a test");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var guest in _guests)
        {
            await guest.DisposeAsync();
        }
    }

    private void Note(string line)
    {
        lock (Log)
        {
            Log.Add(line);
        }

        Logged(line);
    }
}

internal sealed class Guest(ActorSystem system, RabbitCluster cluster) : IAsyncDisposable
{
    public ActorSystem System => system;

    public RabbitCluster Cluster => cluster;

    public string Name { get; } = cluster.Self.Name;

    public bool IsGone { get; private set; }

    /// <summary>True if the member is this guest, in whatever life.</summary>
    public bool Is(Member member) => string.Equals(member.Name, Name, StringComparison.Ordinal);

    /// <summary>This guest as another sees it; null while it is out.</summary>
    public MemberState? SeenBy(Guest other)
        => other.Cluster.MemberStates.SingleOrDefault(state => string.Equals(state.Name, Name, StringComparison.Ordinal));

    public Inbox Listen() => new(system);

    public Inbox ListenTo<TEvent>()
    {
        var inbox = new Inbox(system);
        system.EventStream.Subscribe(inbox.Ref, typeof(TEvent));
        return inbox;
    }

    public async ValueTask DisposeAsync()
    {
        if (!IsGone)
        {
            IsGone = true;
            await cluster.DisposeAsync();
            await system.Terminate();
        }
    }
}

/// <summary>Keeps what it is told.</summary>
internal sealed class Inbox
{
    private readonly List<object> _messages = [];
    private readonly List<IActorRef> _senders = [];

    public Inbox(ActorSystem system)
    {
        var inbox = this;
        Ref = system.ActorOf(Props.Create(() => new Keeper(inbox)));
    }

    public IActorRef Ref { get; }

    public IReadOnlyList<object> Messages
    {
        get
        {
            lock (_messages)
            {
                return [.. _messages];
            }
        }
    }

    public IActorRef LastSender
    {
        get
        {
            lock (_messages)
            {
                return _senders[^1];
            }
        }
    }

    public async Task<IReadOnlyList<object>> HasAsync(int count, double seconds = 15)
    {
        await Eventually.Is(() => Messages.Count >= count, seconds, () => $"{Messages.Count} of {count} messages came");
        return Messages;
    }

    public async Task<T> GetsAsync<T>(Predicate<T>? which = null, double seconds = 15)
    {
        await Eventually.Is(() => Messages.OfType<T>().Any(m => which?.Invoke(m) ?? true), seconds, () => $"no {typeof(T).Name} came");
        return Messages.OfType<T>().First(m => which?.Invoke(m) ?? true);
    }

    private sealed class Keeper : ReceiveActor
    {
        public Keeper(Inbox inbox)
            => ReceiveAny(message =>
            {
                lock (inbox._messages)
                {
                    inbox._messages.Add(message);
                    inbox._senders.Add(Sender);
                }
            });
    }
}

internal static class Eventually
{
    public static async Task Is(Func<bool> holds, double seconds = 15, Func<string>? otherwise = null)
    {
        var clock = Stopwatch.StartNew();
        while (!holds())
        {
            if (clock.Elapsed.TotalSeconds > seconds)
            {
                throw new Xunit.Sdk.XunitException($"Not within {seconds} s: {otherwise?.Invoke() ?? "what was expected"}.");
            }

            await Task.Delay(10);
        }
    }
}

/// <summary>Answers a wish for a model with the same wish, its run prefixed; reports where it lives.</summary>
internal sealed class Echo : ReceiveActor
{
    public Echo(string prefix)
    {
        Receive<FetchModel>(wish => Sender.Tell(new FetchModel { Run = prefix + wish.Run, Model = wish.Model }));
        Receive<RunDefinition>(_ => Sender.Tell(new Status.Failure(new InvalidOperationException("no such data"))));
        Receive<ModelVersion>(model => Sender.Tell(model));
    }
}

/// <summary>Passes on what it is told.</summary>
internal sealed class Forwarder : ReceiveActor
{
    public Forwarder(IActorRef to) => ReceiveAny(to.Forward);
}
