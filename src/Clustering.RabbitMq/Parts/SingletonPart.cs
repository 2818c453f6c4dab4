using System.Diagnostics;
using Cohort.Clustering.RabbitMq.Broker;
using Cohort.Clustering.RabbitMq.Refs;
using Cohort.Clustering.RabbitMq.Wire;
using Cohort.Messages;
using Google.Protobuf;
using RabbitMQ.Client;

namespace Cohort.Clustering.RabbitMq.Parts;

/// <summary>
/// An offer to run the cluster's one actor of a name. All who offer it consume one quorum queue, of which the broker lets a single
/// consumer be active. AMQP does not tell a consumer that it has become that one; so whoever offers puts a <see cref="Wake"/> into
/// the queue when it begins to, and when a member has left: who reads it, or any message, is the one, and starts the actor.
/// </summary>
internal sealed class SingletonPart : IBrokerPart
{
    private const ushort Prefetch = 64;
    private static readonly TimeSpan BetweenWakes = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan TimeToStop = TimeSpan.FromSeconds(30);

    private readonly string _name;
    private readonly Props _props;
    private readonly ActorSystem _system;
    private readonly byte[] _wake;
    private readonly int _redeliveries;
    private readonly Receiver _receiver;
    private readonly Postman _postman;
    private readonly ClusterLog _log;
    private readonly Lock _lock = new();
    private IChannel? _channel;
    private Inlet? _inlet;
    private IActorRef? _actor;
    private Task _stopping = Task.CompletedTask;
    private int _lives;
    private long _woken;

    public SingletonPart(
        string name,
        Props props,
        ActorSystem system,
        string member,
        int redeliveries,
        Receiver receiver,
        Postman postman,
        ClusterLog log)
    {
        (_name, _props, _system, _redeliveries) = (name, props, system, redeliveries);
        (_receiver, _postman, _log) = (receiver, postman, log);
        _wake = new Wake { Member = member }.ToByteArray();
    }

    /// <summary>True if the actor runs here.</summary>
    public bool IsActive => _actor is not null;

    public async Task BeginAsync(BrokerSession session, CancellationToken stop)
    {
        var channel = await session.OpenChannelAsync(stop);
        var queue = Names.SingletonQueue(_name);
        Dictionary<string, object?> arguments = new(StringComparer.Ordinal)
        {
            ["x-queue-type"] = "quorum",
            ["x-single-active-consumer"] = true,
            ["x-delivery-limit"] = _redeliveries,
            ["x-dead-letter-exchange"] = Names.Dead,
        };
        await channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false, arguments, cancellationToken: stop);
        await channel.QueueBindAsync(queue, Names.Singletons, _name, cancellationToken: stop);
        var reader = _receiver.NewReader();
        lock (_lock)
        {
            _channel = channel;
        }

        _inlet = await Inlet.OpenAsync(
            channel, queue, Prefetch, (inlet, delivery) => HandleAsync(channel, reader, inlet, delivery), session.Lose, stop);
        await WakeAsync();
    }

    /// <summary>The broker may have handed the queue to somebody else: the actor stops at once.</summary>
    public void Lost()
    {
        lock (_lock)
        {
            _channel = null;
            _inlet = null;
            StopActor();
        }
    }

    /// <summary>Has whoever is active now start the actor, if it does not run.</summary>
    public async Task WakeAsync()
    {
        if (_channel is not { } channel || IsActive)
        {
            return;
        }

        _woken = Stopwatch.GetTimestamp();
        try
        {
            await channel.BasicPublishAsync(
                Names.Singletons, _name, mandatory: false, new BasicProperties { Type = Wake.Descriptor.FullName }, _wake);
        }
        catch (Exception problem) when (BrokerLink.IsLoss(problem))
        {
            // Begins again with the next connection, and wakes then.
        }
    }

    /// <summary>As <see cref="WakeAsync"/>, if it was long ago.</summary>
    public Task WakeSeldomAsync() => Stopwatch.GetElapsedTime(_woken) > BetweenWakes ? WakeAsync() : Task.CompletedTask;

    /// <summary>Takes no more messages, and waits until the actor has stopped.</summary>
    public async Task LeaveAsync()
    {
        if (_inlet is { } inlet)
        {
            await inlet.CancelAsync();
        }

        Task stopping;
        lock (_lock)
        {
            _channel = null;
            StopActor();
            stopping = _stopping;
        }

        await stopping;
    }

    private async ValueTask HandleAsync(IChannel channel, FrameReader reader, Inlet inlet, Delivery delivery)
    {
        await StartAsync(channel);
        if (_actor is not { } actor || !ReferenceEquals(channel, _channel))
        {
            return; // lost meanwhile: the message goes to whoever is active now
        }

        if (delivery.Header is null && string.Equals(delivery.Properties.Type, Wake.Descriptor.FullName, StringComparison.Ordinal))
        {
            await inlet.AcknowledgeAsync(delivery.Tag);
        }
        else if (await _receiver.ReceiveAsync(
            reader, inlet, delivery, incoming => _postman.Deliver(actor, incoming.Message, incoming.Envelope)))
        {
            await inlet.AcknowledgeAsync(delivery.Tag);
        }
    }

    private async Task StartAsync(IChannel channel)
    {
        if (IsActive)
        {
            return;
        }

        await _stopping; // never two at a time
        lock (_lock)
        {
            if (ReferenceEquals(channel, _channel) && _actor is null)
            {
                _lives++;
                _actor = _system.ActorOf(_props, _lives == 1 ? _name : $"{_name}-{_lives}");
                _log.Info($"The cluster's {_name} runs here.");
            }
        }
    }

    /// <summary>Under the lock.</summary>
    private void StopActor()
    {
        if (_actor is not { } actor)
        {
            return;
        }

        _actor = null;
        _log.Info($"The cluster's {_name} does not run here any more.");
        _system.Stop(actor);
        _stopping = StoppedAsync(actor);
    }

    private async Task StoppedAsync(IActorRef actor)
    {
        try
        {
            await actor.GracefulStop(TimeToStop);
        }
        catch (OperationCanceledException)
        {
            _log.Warn($"The cluster's {_name} did not stop within {TimeToStop.TotalSeconds:0} s; another may run beside it.");
        }
    }
}
