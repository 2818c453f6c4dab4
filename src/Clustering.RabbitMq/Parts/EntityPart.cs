using Cohort.Clustering.RabbitMq.Broker;
using Cohort.Clustering.RabbitMq.Refs;
using Cohort.Clustering.RabbitMq.Wire;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Cohort.Clustering.RabbitMq.Parts;

/// <summary>A kind of entities that live in one place each: a direct exchange, so that what is for one that is nowhere comes back.</summary>
internal sealed class EntityExchange(string kind) : IBrokerPart
{
    public async Task BeginAsync(BrokerSession session, CancellationToken stop)
    {
        await using var channel = await session.OpenSeparateChannelAsync(stop);
        await channel.ExchangeDeclareAsync(Names.Region(kind), ExchangeType.Direct, durable: true, cancellationToken: stop);
        await channel.CloseAsync(stop);
    }

    public void Lost()
    {
        // Exchanges outlive connections.
    }
}

/// <summary>
/// One entity that lives here and nowhere else: an exclusive queue of its own, which the broker gives to one connection at a time. Where
/// another has it, that may be a predecessor that died a moment ago; so it is asked for again for a while.
/// </summary>
internal sealed class EntityPart : IBrokerPart
{
    /// <summary>Messages for one entity that are under way here.</summary>
    private const ushort Prefetch = 16;

    private static readonly TimeSpan BetweenClaims = TimeSpan.FromMilliseconds(250);

    private readonly string _kind;
    private readonly string _id;
    private readonly string _queue;
    private readonly TimeSpan _patience;
    private readonly IActorRef _region;
    private readonly HeldDeliveries _held;
    private readonly Receiver _receiver;
    private readonly Postman _postman;
    private readonly Action<EntityTaken> _taken;
    private readonly TaskCompletionSource _claimed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationTokenSource _life = new();

    /// <param name="kind">Its kind.</param>
    /// <param name="id">Its id.</param>
    /// <param name="patience">So long a predecessor may seem to live.</param>
    /// <param name="region">Takes what is for it.</param>
    /// <param name="held">What it has not confirmed.</param>
    /// <param name="receiver">Reads.</param>
    /// <param name="postman">Delivers.</param>
    /// <param name="taken">Is told when another process has it, and this one had it before.</param>
    public EntityPart(
        string kind,
        string id,
        TimeSpan patience,
        IActorRef region,
        HeldDeliveries held,
        Receiver receiver,
        Postman postman,
        Action<EntityTaken> taken)
    {
        (_kind, _id, _patience, _queue) = (kind, id, patience, Names.RegionQueue(kind, id));
        (_region, _held, _receiver, _postman, _taken) = (region, held, receiver, postman, taken);
    }

    /// <summary>Completes when the entity lives here for the first time; fails where it lives elsewhere.</summary>
    public Task Claimed => _claimed.Task;

    public async Task BeginAsync(BrokerSession session, CancellationToken stop)
    {
        _life = new();
        if (!await TryClaimAsync(session, stop))
        {
            _ = ClaimLaterAsync(session, _life.Token);
        }
    }

    public void Lost()
    {
        _life.Cancel();
        _held.Forget();
    }

    private async Task ClaimLaterAsync(BrokerSession session, CancellationToken lost)
    {
        var started = Environment.TickCount64;
        try
        {
            while (Environment.TickCount64 - started < _patience.TotalMilliseconds)
            {
                await Task.Delay(BetweenClaims, lost);
                if (await TryClaimAsync(session, lost))
                {
                    return;
                }
            }
        }
        catch (Exception end) when (BrokerLink.IsLoss(end))
        {
            return; // begins again with the next connection
        }

        var taken = new EntityTaken(_kind, _id);
        if (!_claimed.TrySetException(new EntityTakenException(taken)))
        {
            _taken(taken);
        }
    }

    /// <returns>False if another connection has the queue.</returns>
    private async Task<bool> TryClaimAsync(BrokerSession session, CancellationToken stop)
    {
        await using (var trying = await session.OpenSeparateChannelAsync(stop)) // a refusal ends the channel
        {
            try
            {
                await Topology.DeclareOwnQueueAsync(trying, _queue, stop);
            }
            catch (OperationInterruptedException refused) when (refused.ShutdownReason?.ReplyCode == Constants.ResourceLocked)
            {
                return false;
            }

            await trying.CloseAsync(stop);
        }

        var channel = await session.OpenChannelAsync(stop);
        await channel.QueueBindAsync(_queue, Names.Region(_kind), _id, cancellationToken: stop);
        var reader = _receiver.NewReader();
        await Inlet.OpenAsync(channel, _queue, Prefetch, (inlet, delivery) => HandleAsync(reader, inlet, delivery), session.Lose, stop);
        _claimed.TrySetResult();
        return true;
    }

    private async ValueTask HandleAsync(FrameReader reader, Inlet inlet, Delivery delivery)
    {
        Incoming? message = null;
        if (!await _receiver.ReceiveAsync(reader, inlet, delivery, incoming => message = incoming))
        {
            return;
        }

        if (message is null)
        {
            await inlet.AcknowledgeAsync(delivery.Tag);
            return;
        }

        _held.Hold(message.Message, inlet, delivery.Tag);
        _postman.Deliver(_region, new ShardingEnvelope(message.Envelope.Entity, message.Message), message.Envelope);
    }
}
