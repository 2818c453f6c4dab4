using Cohort.Clustering.RabbitMq.Broker;
using Cohort.Clustering.RabbitMq.Refs;

namespace Cohort.Clustering.RabbitMq.Parts;

/// <summary>A topic to which somebody here has subscribed.</summary>
internal sealed class TopicPart(string topic, string member, IActorRef subscribers, Receiver receiver, Postman postman) : IBrokerPart
{
    private const ushort Prefetch = 128;

    private Inlet? _inlet;

    public async Task BeginAsync(BrokerSession session, CancellationToken stop)
    {
        var channel = await session.OpenChannelAsync(stop);
        var queue = Names.TopicQueue(topic, member);
        await Topology.DeclareOwnQueueAsync(channel, queue, stop);
        await channel.QueueBindAsync(queue, Names.Topics, topic, cancellationToken: stop);
        var reader = receiver.NewReader();
        _inlet = await Inlet.OpenAsync(
            channel,
            queue,
            Prefetch,
            async (inlet, delivery) =>
            {
                if (await receiver.ReceiveAsync(reader, inlet, delivery, Deliver))
                {
                    await inlet.AcknowledgeInOrderAsync(delivery);
                }
            },
            session.Lose,
            stop);
    }

    public void Lost() => _inlet = null;

    public ValueTask FlushAsync() => _inlet?.FlushAsync() ?? ValueTask.CompletedTask;

    private void Deliver(Wire.Incoming incoming)
        => postman.Deliver(subscribers, new Topic.Publish(incoming.Message), incoming.Envelope);
}
