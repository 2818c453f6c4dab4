using System.Diagnostics.Metrics;
using System.Globalization;
using Cohort.Clustering;
using Cohort.Clustering.RabbitMq;
using Cohort.Messages;

namespace Cohort.Benchmarks.Broker;

/// <summary>What a member saw while models went through it.</summary>
/// <param name="Growth">Bytes that its memory was at most above what it had when it joined.</param>
/// <param name="Gap">The longest time between two heartbeats of another member.</param>
/// <param name="Lost">How often it took another member for lost.</param>
internal readonly record struct Sight(long Growth, TimeSpan Gap, int Lost)
{
    public static Sight Parse(string text)
    {
        var words = text.Split(' ');
        return new(
            long.Parse(words[0], CultureInfo.InvariantCulture),
            TimeSpan.FromTicks(long.Parse(words[1], CultureInfo.InvariantCulture)),
            int.Parse(words[2], CultureInfo.InvariantCulture));
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Growth} {Gap.Ticks} {Lost}");
}

/// <summary>A process of the cluster that takes models, or sends them, and watches itself meanwhile.</summary>
internal sealed class LargeMember : IAsyncDisposable
{
    public const string Models = "large-models";
    public const string Watch = "large-watch";
    public const string Seen = "large-seen";

    private readonly ActorSystem _system;
    private readonly MeterListener _listener = new();
    private readonly PeakMemory _memory = PeakMemory.OfThisProcess();
    private long _gap;
    private int _lost;

    private LargeMember(ActorSystem system, RabbitCluster cluster)
    {
        (_system, Cluster) = (system, cluster);
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name is "cohort.cluster.heartbeat.gap")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>((_, seconds, _, _) => Note(TimeSpan.FromSeconds(seconds)));
        _listener.Start();
        var member = this;
        system.EventStream.Subscribe(system.ActorOf(Props.Create(() => new Losses(member))), typeof(MemberLeft));
    }

    public RabbitCluster Cluster { get; }

    public Sight Sight => new(_memory.Growth, TimeSpan.FromTicks(Volatile.Read(ref _gap)), Volatile.Read(ref _lost));

    public static async Task<LargeMember> JoinAsync(string name, RabbitOptions options)
    {
        var system = ActorSystem.Create(name);
        return new LargeMember(system, await RabbitCluster.JoinAsync(system, new Member(name, 1), MemberRole.Node, options));
    }

    /// <summary>Forgets what it has seen.</summary>
    public void LookAnew()
    {
        GC.Collect();
        _memory.LookAnew();
        Volatile.Write(ref _gap, 0);
        Volatile.Write(ref _lost, 0);
    }

    /// <summary>Subscribes an actor, which does what is given for every message.</summary>
    public void On<T>(string topic, Action<T> handle)
        => Cluster.Subscribe(topic, _system.ActorOf(Props.Create(() => new Handler<T>(handle))));

    /// <summary>The receiving side: takes models until told to end.</summary>
    public async Task TakeAsync(TimeSpan patience)
    {
        var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        ModelVersion? held = null; // as a node does
        On<ModelVersion>(Models, model =>
        {
            held = model;
            Cluster.Publish(Seen, new FetchModel { Run = model.Model, Model = Sight.ToString() });
        });
        On<FetchModel>(Watch, wish =>
        {
            if (wish.Run.Length == 0)
            {
                end.TrySetResult();
                return;
            }

            held = null;
            LookAnew();
            Cluster.Publish(Seen, new FetchModel { Run = wish.Run, Model = Sight.ToString() });
        });
        await end.Task.WaitAsync(patience);
        GC.KeepAlive(held);
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await Cluster.DisposeAsync();
        await _system.Terminate();
    }

    private void Note(TimeSpan gap)
    {
        if (gap.Ticks > Volatile.Read(ref _gap)) // one thread: membership's
        {
            Volatile.Write(ref _gap, gap.Ticks);
        }
    }

    private sealed class Losses : ReceiveActor
    {
        public Losses(LargeMember member) => Receive<MemberLeft>(_ => Interlocked.Increment(ref member._lost));
    }

    private sealed class Handler<T> : ReceiveActor
    {
        public Handler(Action<T> handle) => Receive<T>(handle);
    }
}
