using Cohort.Clustering.RabbitMq.Broker;
using Cohort.Messages;
using Google.Protobuf;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Cohort.Clustering.RabbitMq.Parts;

/// <summary>Heartbeats in and out, and the broker's word on whose queue is gone, over channels that carry nothing else.</summary>
internal sealed class MembersPart(string member, ClusterMetrics metrics, ClusterLog log) : IBrokerPart
{
    private const ushort Prefetch = 256;

    private IChannel? _out;
    private Inlet? _inlet;

    /// <summary>Is told of heartbeats, lost queues and lost connections; set before the part begins.</summary>
    public IActorRef Membership { get; set; } = ActorRefs.Nobody;

    public async Task BeginAsync(BrokerSession session, CancellationToken stop)
    {
        _out = await session.OpenChannelAsync(stop);
        var channel = await session.OpenChannelAsync(stop);
        var queue = Names.MembersQueue(member);
        await channel.QueueDeclareAsync(queue, durable: false, exclusive: true, autoDelete: false, cancellationToken: stop);
        await channel.QueueBindAsync(queue, Names.Members, "", cancellationToken: stop);
        await ListenToBrokerAsync(session, queue, stop);
        _inlet = await Inlet.OpenAsync(channel, queue, Prefetch, HandleAsync, session.Lose, stop);
    }

    public void Lost()
    {
        (_out, _inlet) = (null, null);
        Membership.Tell(new Membership.Disconnected(), ActorRefs.NoSender);
    }

    public ValueTask FlushAsync() => _inlet?.FlushAsync() ?? ValueTask.CompletedTask;

    public async Task SendAsync(Heartbeat heartbeat)
    {
        if (_out is not { } channel)
        {
            return;
        }

        try
        {
            await channel.BasicPublishAsync(Names.Members, "", mandatory: false, new BasicProperties(), heartbeat.ToByteArray());
        }
        catch (Exception problem) when (BrokerLink.IsLoss(problem))
        {
            // Silence says it.
        }
    }

    private async Task ListenToBrokerAsync(BrokerSession session, string queue, CancellationToken stop)
    {
        try
        {
            await using var channel = await session.OpenSeparateChannelAsync(stop);
            await channel.QueueBindAsync(queue, Names.BrokerEvents, "queue.deleted", cancellationToken: stop);
            await channel.CloseAsync(stop);
        }
        catch (OperationInterruptedException refused) when (refused.ShutdownReason?.ReplyCode
            is Constants.NotFound or Constants.AccessRefused)
        {
            log.WarnOnce(
                "events",
                $"The broker does not tell whose connection is gone ({refused.ShutdownReason.ReplyText}); "
                + "a lost member is noticed by its silence, some seconds later.");
        }
    }

    private async ValueTask HandleAsync(Inlet inlet, Delivery delivery)
    {
        if (delivery.RoutingKey is "queue.deleted" && delivery.Properties.Headers is { } headers)
        {
            if (headers.TryGetValue("name", out var name) && name is byte[] queue)
            {
                Membership.Tell(new Membership.QueueGone(System.Text.Encoding.UTF8.GetString(queue)), ActorRefs.NoSender);
            }
        }
        else
        {
            try
            {
                Membership.Tell(Heartbeat.Parser.ParseFrom(delivery.Body.Span), ActorRefs.NoSender);
            }
            catch (InvalidProtocolBufferException)
            {
                metrics.Refused(Wire.RefusedException.Form);
                log.WarnOnce("heartbeat", "A malformed heartbeat is ignored.");
            }
        }

        await inlet.AcknowledgeInOrderAsync(delivery);
    }
}
