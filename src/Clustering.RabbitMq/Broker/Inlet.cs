using RabbitMQ.Client;

namespace Cohort.Clustering.RabbitMq.Broker;

/// <summary>What a queue delivers, valid only while it is handled.</summary>
/// <param name="Tag">For acknowledging.</param>
/// <param name="RoutingKey">As published.</param>
/// <param name="Redelivered">True if it was delivered before, here or elsewhere.</param>
/// <param name="Header">The envelope, when the body is none.</param>
/// <param name="Body">Only valid while it is handled.</param>
/// <param name="Properties">Other headers.</param>
internal readonly record struct Delivery(
    ulong Tag, string RoutingKey, bool Redelivered, byte[]? Header, ReadOnlyMemory<byte> Body, IReadOnlyBasicProperties Properties);

/// <summary>Consumes one queue over a channel of its own, in order.</summary>
internal sealed class Inlet : AsyncDefaultBasicConsumer
{
    public const string EnvelopeHeader = "cohort-envelope";

    private readonly Func<Inlet, Delivery, ValueTask> _handle;
    private readonly string _queue;
    private readonly int _batch;
    private readonly Action<string> _broken;
    private ulong _handled;
    private ulong _acknowledged;

    private Inlet(IChannel channel, string queue, int batch, Func<Inlet, Delivery, ValueTask> handle, Action<string> broken)
        : base(channel)
    {
        (_queue, _batch, _handle, _broken) = (queue, batch, handle, broken);
    }

    /// <param name="channel">For this inlet alone.</param>
    /// <param name="queue">Which.</param>
    /// <param name="prefetch">Deliveries that may be unacknowledged.</param>
    /// <param name="handle">One delivery at a time.</param>
    /// <param name="broken">Is told when the broker ends the consumer.</param>
    /// <param name="stop">For the broker's answer.</param>
    public static async Task<Inlet> OpenAsync(
        IChannel channel,
        string queue,
        ushort prefetch,
        Func<Inlet, Delivery, ValueTask> handle,
        Action<string> broken,
        CancellationToken stop)
    {
        var inlet = new Inlet(channel, queue, Math.Max(1, prefetch / 4), handle, broken);
        await channel.BasicQosAsync(0, prefetch, global: false, stop);
        await channel.BasicConsumeAsync(queue, autoAck: false, inlet, stop);
        return inlet;
    }

    public static byte[]? EnvelopeIn(IReadOnlyBasicProperties properties)
        => properties.Headers is { } headers && headers.TryGetValue(EnvelopeHeader, out var envelope) ? envelope as byte[] : null;

    /// <summary>This one is dealt with.</summary>
    public ValueTask AcknowledgeAsync(ulong tag) => Quietly(() => Channel.BasicAckAsync(tag, multiple: false));

    /// <summary>This one goes to the dead letters.</summary>
    public ValueTask RejectAsync(ulong tag) => Quietly(() => Channel.BasicRejectAsync(tag, requeue: false));

    /// <summary>This one and all before it are dealt with; the broker is told now and then.</summary>
    public ValueTask AcknowledgeInOrderAsync(Delivery delivery)
    {
        _handled = delivery.Tag;
        return _handled - _acknowledged >= (ulong)_batch || delivery.Body.Length >= Wire.FrameCodec.SmallestAttachment
            ? FlushAsync()
            : ValueTask.CompletedTask;
    }

    /// <summary>Tells the broker what is dealt with.</summary>
    public ValueTask FlushAsync()
    {
        var handled = _handled;
        if (handled == _acknowledged)
        {
            return ValueTask.CompletedTask;
        }

        _acknowledged = handled;
        return Quietly(() => Channel.BasicAckAsync(handled, multiple: true));
    }

    public ValueTask CancelAsync()
        => Quietly(async () =>
        {
            foreach (var tag in ConsumerTags)
            {
                await Channel.BasicCancelAsync(tag);
            }
        });

    public override async Task HandleBasicDeliverAsync(
        string consumerTag,
        ulong deliveryTag,
        bool redelivered,
        string exchange,
        string routingKey,
        IReadOnlyBasicProperties properties,
        ReadOnlyMemory<byte> body,
        CancellationToken cancellationToken = default)
        => await _handle(this, new Delivery(deliveryTag, routingKey, redelivered, EnvelopeIn(properties), body, properties));

    public override Task HandleBasicCancelAsync(string consumerTag, CancellationToken cancellationToken = default)
    {
        _broken($"the broker ended the consumer of {_queue}");
        return base.HandleBasicCancelAsync(consumerTag, cancellationToken);
    }

    private static async ValueTask Quietly(Func<ValueTask> tell)
    {
        try
        {
            await tell();
        }
        catch (Exception problem) when (BrokerLink.IsLoss(problem))
        {
            // The link notices the loss itself; the broker delivers again what was not acknowledged.
        }
    }
}
