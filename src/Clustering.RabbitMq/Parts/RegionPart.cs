using System.Globalization;
using Cohort.Clustering.RabbitMq.Broker;
using Cohort.Clustering.RabbitMq.Refs;
using Cohort.Clustering.RabbitMq.Wire;
using RabbitMQ.Client;

namespace Cohort.Clustering.RabbitMq.Parts;

/// <summary>
/// A kind of entities, as everybody sees it: a direct exchange for those that are bound by their id, whose alternate is a
/// consistent hash over the members that host the kind.
/// </summary>
internal sealed class RegionExchanges(string kind) : IBrokerPart
{
    public async Task BeginAsync(BrokerSession session, CancellationToken stop)
    {
        await using var channel = await session.OpenSeparateChannelAsync(stop);
        await channel.ExchangeDeclareAsync(Names.RegionHash(kind), "x-consistent-hash", durable: true, cancellationToken: stop);
        await channel.ExchangeDeclareAsync(
            Names.Region(kind),
            ExchangeType.Direct,
            durable: true,
            arguments: new Dictionary<string, object?>(StringComparer.Ordinal) { ["alternate-exchange"] = Names.RegionHash(kind) },
            cancellationToken: stop);
        await channel.CloseAsync(stop);
    }

    public void Lost()
    {
        // Exchanges outlive connections.
    }
}

/// <summary>Entities of a kind that are hosted here: a queue on the hash, with the member's slots as its weight.</summary>
internal sealed class RegionPart : IBrokerPart
{
    /// <summary>A kind that does not confirm is taken as it comes.</summary>
    private const ushort PrefetchUnconfirmed = 256;

    private readonly string _kind;
    private readonly string _queue;
    private readonly string _weight;
    private readonly bool _confirms;
    private readonly ushort _prefetch;
    private readonly Receiver _receiver;
    private readonly Postman _postman;
    private readonly HeldDeliveries _held;
    private volatile IChannel? _channel;
    private bool _draining;

    public RegionPart(
        string kind, Member self, bool confirms, int prefetch, HeldDeliveries held, Receiver receiver, Postman postman)
    {
        (_kind, _confirms, _held, _receiver, _postman) = (kind, confirms, held, receiver, postman);
        _queue = Names.RegionQueue(kind, self.Name);
        _weight = Math.Max(1, self.Slots).ToString(CultureInfo.InvariantCulture);
        _prefetch = confirms
            ? (ushort)Math.Min(ushort.MaxValue, prefetch > 0 ? prefetch : (2 * self.Slots) + 2)
            : PrefetchUnconfirmed;
    }

    /// <summary>The local region; set before the part begins.</summary>
    public IActorRef Region { get; set; } = ActorRefs.Nobody;

    public async Task BeginAsync(BrokerSession session, CancellationToken stop)
    {
        var channel = await session.OpenChannelAsync(stop);
        await Topology.DeclareOwnQueueAsync(channel, _queue, stop);
        _channel = channel;
        if (!_draining)
        {
            await channel.QueueBindAsync(_queue, Names.RegionHash(_kind), _weight, cancellationToken: stop);
        }

        var reader = _receiver.NewReader();
        await Inlet.OpenAsync(channel, _queue, _prefetch, (inlet, delivery) => HandleAsync(reader, inlet, delivery), session.Lose, stop);
    }

    public void Lost()
    {
        _held.Forget();
        _channel = null;
    }

    /// <summary>Takes the queue off the hash: other members get what is sent from now on.</summary>
    public async Task LeaveHashAsync(CancellationToken stop)
    {
        _draining = true;
        if (_channel is { } channel)
        {
            await channel.QueueUnbindAsync(_queue, Names.RegionHash(_kind), _weight, cancellationToken: stop);
        }
    }

    /// <summary>True if nothing waits in the queue, and nothing here is unconfirmed.</summary>
    public async Task<bool> IsDrainedAsync(CancellationToken stop)
        => _channel is not { } channel || (await channel.MessageCountAsync(_queue, stop) == 0 && _held.Count == 0);

    private async ValueTask HandleAsync(FrameReader reader, Inlet inlet, Delivery delivery)
    {
        Incoming? message = null;
        if (!await _receiver.ReceiveAsync(reader, inlet, delivery, incoming => message = incoming))
        {
            return;
        }

        if (message is null || !_confirms)
        {
            if (message is not null)
            {
                Deliver(message);
            }

            await inlet.AcknowledgeAsync(delivery.Tag);
            return;
        }

        _held.Hold(message.Message, inlet, delivery.Tag);
        Deliver(message);
    }

    private void Deliver(Incoming incoming)
        => _postman.Deliver(Region, new ShardingEnvelope(incoming.Envelope.Entity, incoming.Message), incoming.Envelope);
}
