using Cohort.Clustering.RabbitMq.Broker;
using Cohort.Clustering.RabbitMq.Wire;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Cohort.Clustering.RabbitMq;

/// <summary>What could not be dealt with, as it lies on the broker.</summary>
internal sealed class DeadLetterQueue(BrokerLink link)
{
    public Task<IReadOnlyList<DeadLetterState>> ReadAsync(int most, CancellationToken stop)
        => UseAsync<IReadOnlyList<DeadLetterState>>(
            options: null,
            async channel =>
            {
                List<DeadLetterState> letters = [];
                ulong last = 0;
                while (letters.Count < most && await channel.BasicGetAsync(Names.DeadLetters, autoAck: false, stop) is { } letter)
                {
                    letters.Add(StateOf(letter));
                    last = letter.DeliveryTag;
                }

                if (last != 0)
                {
                    await channel.BasicNackAsync(last, multiple: true, requeue: true, stop);
                }

                return letters;
            },
            stop);

    public Task<int> ReplayAsync(CancellationToken stop)
        => UseAsync(
            new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true),
            async channel =>
            {
                // All are taken before the first is sent: what comes back at once is not sent for ever. The queue is bounded.
                List<BasicGetResult> letters = [];
                while (await channel.BasicGetAsync(Names.DeadLetters, autoAck: false, stop) is { } waiting)
                {
                    letters.Add(waiting);
                }

                var replayed = 0;
                foreach (var letter in letters)
                {
                    var death = DeathOf(letter.BasicProperties);
                    var properties = new BasicProperties(letter.BasicProperties)
                    {
                        Headers = Inlet.EnvelopeIn(letter.BasicProperties) is { } envelope
                            ? new Dictionary<string, object?>(StringComparer.Ordinal) { [Inlet.EnvelopeHeader] = envelope }
                            : null,
                    };
                    try
                    {
                        await channel.BasicPublishAsync(
                            death.Exchange, letter.RoutingKey, mandatory: true, properties, letter.Body, stop);
                        replayed++;
                        await channel.BasicAckAsync(letter.DeliveryTag, multiple: false, stop);
                    }
                    catch (PublishException)
                    {
                        // Nobody is there to take it; it stays, and goes to the end.
                        await channel.BasicNackAsync(letter.DeliveryTag, multiple: false, requeue: true, stop);
                    }
                }

                return replayed;
            },
            stop);

    public Task<int> PurgeAsync(CancellationToken stop)
        => UseAsync(options: null, async channel => (int)await channel.QueuePurgeAsync(Names.DeadLetters, stop), stop);

    private async Task<T> UseAsync<T>(CreateChannelOptions? options, Func<IChannel, Task<T>> use, CancellationToken stop)
    {
        try
        {
            await using var channel = await link.OpenChannelAsync(options, stop);
            var result = await use(channel);
            await channel.CloseAsync(stop);
            return result;
        }
        catch (OperationInterruptedException refused)
        {
            throw new ClusterException(
                $"The broker refuses this member the dead letters ({refused.ShutdownReason?.ReplyText}); ask a seed.", refused);
        }
    }

    private static DeadLetterState StateOf(BasicGetResult letter)
    {
        var death = DeathOf(letter.BasicProperties);
        var bytes = letter.Body.Length + (Inlet.EnvelopeIn(letter.BasicProperties)?.Length ?? 0L);
        Envelope envelope;
        try
        {
            envelope = FrameCodec.ReadEnvelope(letter.Body.Span, Inlet.EnvelopeIn(letter.BasicProperties));
        }
        catch (RefusedException)
        {
            envelope = new Envelope();
        }

        var target = envelope.Entity.Length > 0 ? envelope.Entity : letter.RoutingKey;
        return new(envelope.Type, death.Reason, death.Queue, target, envelope.Run, envelope.Round, bytes, death.Time);
    }

    private static (string Reason, string Queue, string Exchange, DateTimeOffset Time) DeathOf(IReadOnlyBasicProperties properties)
    {
        if (properties.Headers is { } headers
            && headers.TryGetValue("x-death", out var deaths)
            && deaths is IList<object> { Count: > 0 } list
            && list[0] is IDictionary<string, object> death)
        {
            var time = death.TryGetValue("time", out var at) && at is AmqpTimestamp stamp ? stamp.UnixTime : 0;
            return (Text(death, "reason"), Text(death, "queue"), Text(death, "exchange"), DateTimeOffset.FromUnixTimeSeconds(time));
        }

        return ("unknown", "", "", DateTimeOffset.UnixEpoch);
    }

    private static string Text(IDictionary<string, object> table, string key)
        => table.TryGetValue(key, out var value) && value is byte[] text ? System.Text.Encoding.UTF8.GetString(text) : "";
}
