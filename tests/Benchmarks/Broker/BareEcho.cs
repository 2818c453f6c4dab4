using System.Collections.Concurrent;
using System.Globalization;
using Cohort.Clustering.RabbitMq;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Cohort.Benchmarks.Broker;

/// <summary>Request and reply as RabbitMQ's own tutorial does it: two exclusive queues, reply-to and correlation id.</summary>
internal sealed class BareEcho : IEcho
{
    private const string Questions = "bench.questions";
    private const string Answers = "bench.answers";

    private readonly IConnection _asking;
    private readonly IConnection _answering;
    private readonly IChannel _out;
    private readonly SemaphoreSlim _outstanding = new(256, 256);
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _asked = new(StringComparer.Ordinal);
    private long _last;

    private BareEcho(IConnection asking, IConnection answering, IChannel channel) => (_asking, _answering, _out) = (asking, answering, channel);

    public static async Task<BareEcho> StartAsync(RabbitOptions options)
    {
        var factory = new ConnectionFactory
        {
            Uri = options.Uri,
            VirtualHost = options.VirtualHost,
            UserName = options.User,
            Password = options.Password,
        };
        var (asking, answering) = (await factory.CreateConnectionAsync(), await factory.CreateConnectionAsync());
        var confirms = new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: false);
        var echo = new BareEcho(asking, answering, await asking.CreateChannelAsync(confirms));
        var answers = await answering.CreateChannelAsync(confirms);
        await ConsumeAsync(answering, Questions, batch: 1, (properties, body) => answers.BasicPublishAsync(
            "", properties.ReplyTo!, mandatory: true, new BasicProperties { CorrelationId = properties.CorrelationId }, body));
        await ConsumeAsync(asking, Answers, batch: 128, (properties, body) =>
        {
            _ = body.ToArray(); // whoever asks wants to keep it
            if (echo._asked.TryRemove(properties.CorrelationId!, out var asked))
            {
                asked.SetResult();
            }

            return ValueTask.CompletedTask;
        });
        return echo;
    }

    public async Task AskAsync(int bytes)
    {
        await _outstanding.WaitAsync();
        var id = Interlocked.Increment(ref _last).ToString(CultureInfo.InvariantCulture);
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _asked[id] = answer;
        await _out.BasicPublishAsync(
            "", Questions, mandatory: true, new BasicProperties { CorrelationId = id, ReplyTo = Answers }, new byte[bytes]);
        await answer.Task;
        _outstanding.Release();
    }

    public async ValueTask DisposeAsync()
    {
        await _asking.DisposeAsync();
        await _answering.DisposeAsync();
        _outstanding.Dispose();
    }

    private static async Task ConsumeAsync(
        IConnection connection, string queue, ulong batch, Func<IReadOnlyBasicProperties, ReadOnlyMemory<byte>, ValueTask> handle)
    {
        var channel = await connection.CreateChannelAsync();
        await channel.QueueDeclareAsync(queue, durable: false, exclusive: true, autoDelete: false);
        await channel.BasicQosAsync(0, 512, global: false);
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += async (_, delivery) =>
        {
            await handle(delivery.BasicProperties, delivery.Body);
            if (delivery.DeliveryTag % batch == 0 || delivery.Body.Length >= 64 << 10)
            {
                await channel.BasicAckAsync(delivery.DeliveryTag, multiple: batch > 1);
            }
        };
        await channel.BasicConsumeAsync(queue, autoAck: false, consumer);
    }
}
