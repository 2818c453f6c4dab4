using Cohort.Clustering.RabbitMq.Broker;
using RabbitMQ.Client;

namespace Cohort.Clustering.RabbitMq.Parts;

/// <summary>What every member needs on the broker before anything else: the exchanges, and where dead letters go.</summary>
internal sealed class Topology(MemberRole role) : IBrokerPart
{
    /// <summary>Older dead letters give way.</summary>
    private const int MostDeadLetters = 10_000;

    private const long MostDeadLetterBytes = 256L << 20;

    public async Task BeginAsync(BrokerSession session, CancellationToken stop)
    {
        await using var channel = await session.OpenSeparateChannelAsync(stop);
        await DeclareAsync(channel, Names.Refs, ExchangeType.Direct, stop);
        await DeclareAsync(channel, Names.Singletons, ExchangeType.Direct, stop);
        await DeclareAsync(channel, Names.Topics, ExchangeType.Direct, stop);
        await DeclareAsync(channel, Names.Members, ExchangeType.Fanout, stop);
        await DeclareAsync(channel, Names.Dead, ExchangeType.Fanout, stop);
        if (role == MemberRole.Seed)
        {
            Dictionary<string, object?> arguments = new(StringComparer.Ordinal)
            {
                ["x-queue-type"] = "quorum",
                ["x-max-length"] = MostDeadLetters,
                ["x-max-length-bytes"] = MostDeadLetterBytes,
                ["x-overflow"] = "drop-head",
            };
            await channel.QueueDeclareAsync(
                Names.DeadLetters, durable: true, exclusive: false, autoDelete: false, arguments, cancellationToken: stop);
            await channel.QueueBindAsync(Names.DeadLetters, Names.Dead, "", cancellationToken: stop);
        }

        await channel.CloseAsync(stop);
    }

    public void Lost()
    {
        // Nothing of it lives here.
    }

    /// <summary>A queue that ends with the connection, and whose rejected messages become dead letters.</summary>
    public static Task DeclareOwnQueueAsync(IChannel channel, string queue, CancellationToken stop)
        => channel.QueueDeclareAsync(
            queue,
            durable: false,
            exclusive: true,
            autoDelete: false,
            new Dictionary<string, object?>(StringComparer.Ordinal) { ["x-dead-letter-exchange"] = Names.Dead },
            cancellationToken: stop);

    private static Task DeclareAsync(IChannel channel, string exchange, string type, CancellationToken stop)
        => channel.ExchangeDeclareAsync(exchange, type, durable: true, cancellationToken: stop);
}
