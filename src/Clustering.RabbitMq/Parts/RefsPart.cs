using Cohort.Clustering.RabbitMq.Broker;
using Cohort.Clustering.RabbitMq.Refs;

namespace Cohort.Clustering.RabbitMq.Parts;

/// <summary>The queue of messages for actors of this process.</summary>
internal sealed class RefsPart(string member, Receiver receiver, Postman postman) : IBrokerPart
{
    private const ushort Prefetch = 512;

    private Inlet? _inlet;

    public async Task BeginAsync(BrokerSession session, CancellationToken stop)
    {
        var channel = await session.OpenChannelAsync(stop);
        var queue = Names.RefsQueue(member);
        await Topology.DeclareOwnQueueAsync(channel, queue, stop);
        await channel.QueueBindAsync(queue, Names.Refs, member, cancellationToken: stop);
        var reader = receiver.NewReader();
        _inlet = await Inlet.OpenAsync(
            channel,
            queue,
            Prefetch,
            async (inlet, delivery) =>
            {
                if (await receiver.ReceiveAsync(reader, inlet, delivery, postman.DeliverToActor))
                {
                    await inlet.AcknowledgeInOrderAsync(delivery);
                }
            },
            session.Lose,
            stop);
    }

    public void Lost() => _inlet = null;

    public ValueTask FlushAsync() => _inlet?.FlushAsync() ?? ValueTask.CompletedTask;
}
