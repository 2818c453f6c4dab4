using Cohort.Clustering.RabbitMq.Wire;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Cohort.Clustering.RabbitMq.Broker;

/// <summary>
/// Publishes in order, with confirms. So many frames, or bytes, may be unconfirmed; then <see cref="PublishAsync"/> waits. What is
/// unconfirmed when the connection is lost is published again, in the same order, over the next one.
/// </summary>
internal sealed class Publisher : IBrokerPart
{
    /// <summary>
    /// A frame over which so many connections were lost is what loses them (the broker closes a channel on what it forbids).
    /// </summary>
    private const int ConnectionsPerFrame = 4;

    /// <summary>After a reconnect other members may need so long until their queues are there again.</summary>
    private static readonly TimeSpan TimeForQueues = TimeSpan.FromSeconds(8);

    private static readonly TimeSpan BetweenReturns = TimeSpan.FromMilliseconds(250);
    private static readonly BasicProperties NoProperties = new();

    private readonly SemaphoreSlim _slots;
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly Dictionary<ulong, Publication> _unconfirmed = [];
    private readonly Lock _lock = new();
    private readonly long _mostBytes;
    private readonly ClusterMetrics _metrics;
    private readonly Action<Publication, string> _undelivered;
    private TaskCompletionSource _room = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IChannel? _channel;
    private ulong _published;
    private ulong _lowest = 1;
    private long _bytes;
    private long _patientUntil;

    /// <param name="options">Outstanding messages and bytes.</param>
    /// <param name="metrics">Counts.</param>
    /// <param name="undelivered">Is told of what no queue took or the broker refused, with the reason.</param>
    public Publisher(RabbitOptions options, ClusterMetrics metrics, Action<Publication, string> undelivered)
    {
        _slots = new SemaphoreSlim(options.Outstanding, options.Outstanding);
        _mostBytes = options.OutstandingBytes;
        _metrics = metrics;
        _undelivered = undelivered;
    }

    public int Unconfirmed
    {
        get
        {
            lock (_lock)
            {
                return _unconfirmed.Count;
            }
        }
    }

    /// <summary>Completes when the frame is on its way, which without a connection is when one can wait no more.</summary>
    public async ValueTask PublishAsync(Publication publication)
    {
        await _slots.WaitAsync();
        while (!TryReserve(publication.Frame.Bytes, out var room))
        {
            await room;
        }

        await _gate.WaitAsync();
        try
        {
            await SendAsync(publication);
        }
        finally
        {
            _gate.Release();
        }
    }

    public async Task BeginAsync(BrokerSession session, CancellationToken stop)
    {
        var channel = await session.OpenChannelAsync(
            stop, new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: false));
        channel.BasicAcksAsync += (_, ack) => Settle(channel, ack.DeliveryTag, ack.Multiple, refused: false);
        channel.BasicNacksAsync += (_, nack) => Settle(channel, nack.DeliveryTag, nack.Multiple, refused: true);
        channel.BasicReturnAsync += (_, returned) => NoteReturn(channel, returned);
        await _gate.WaitAsync(stop);
        try
        {
            List<Publication> again = [];
            lock (_lock)
            {
                again.AddRange(_unconfirmed.OrderBy(each => each.Key).Select(each => each.Value));
                _unconfirmed.Clear();
                (_published, _lowest) = (0, 1);
                _channel = channel;
                if (again.Count > 0 || _patientUntil != 0)
                {
                    _patientUntil = Environment.TickCount64 + (long)TimeForQueues.TotalMilliseconds;
                }
                else
                {
                    _patientUntil = 1; // the first connection: whoever is not there is not there
                }
            }

            foreach (var publication in again)
            {
                publication.IsReturned = false;
                if (publication.Connections >= ConnectionsPerFrame)
                {
                    Release(publication);
                    _undelivered(publication, "the broker closes the connection over it");
                    continue;
                }

                await SendAsync(publication);
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Lost()
    {
        lock (_lock)
        {
            _channel = null;
        }
    }

    private async ValueTask SendAsync(Publication publication)
    {
        IChannel? channel;
        lock (_lock)
        {
            _unconfirmed.Add(++_published, publication);
            channel = _channel;
        }

        if (channel is null)
        {
            return; // goes out with the next connection
        }

        publication.Connections++;
        try
        {
            var properties = publication.Frame.Header is { } header
                ? new BasicProperties { Headers = new Dictionary<string, object?>(StringComparer.Ordinal) { [Inlet.EnvelopeHeader] = header } }
                : NoProperties;
            await channel.BasicPublishAsync(
                publication.Exchange, publication.RoutingKey, publication.Mandatory, properties, publication.Frame.Body);
            _metrics.Sent(publication.Frame.Bytes);
        }
        catch (Exception problem) when (BrokerLink.IsLoss(problem))
        {
            // The link notices the loss itself, and the frame goes out with the next connection.
        }
    }

    private bool TryReserve(long bytes, out Task room)
    {
        lock (_lock)
        {
            room = _room.Task;
            if (_bytes > 0 && _bytes + bytes > _mostBytes)
            {
                return false;
            }

            _bytes += bytes;
            return true;
        }
    }

    private void Release(Publication publication)
    {
        TaskCompletionSource room;
        lock (_lock)
        {
            _bytes -= publication.Frame.Bytes;
            room = _room;
            if (publication.Frame.Bytes >= FrameCodec.SmallestAttachment || _bytes * 2 > _mostBytes)
            {
                _room = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }
            else
            {
                room = null!;
            }
        }

        room?.TrySetResult();
        _slots.Release();
    }

    private Task Settle(IChannel channel, ulong tag, bool multiple, bool refused)
    {
        if (!multiple)
        {
            return SettleOne(channel, tag, refused);
        }

        for (var each = _lowest; each <= tag; each++)
        {
            SettleOne(channel, each, refused);
        }

        return Task.CompletedTask;
    }

    private Task SettleOne(IChannel channel, ulong tag, bool refused)
    {
        Publication? publication;
        lock (_lock)
        {
            if (!ReferenceEquals(channel, _channel) || !_unconfirmed.Remove(tag, out publication))
            {
                return Task.CompletedTask;
            }

            while (_lowest <= _published && !_unconfirmed.ContainsKey(_lowest))
            {
                _lowest++;
            }
        }

        if (publication.IsReturned && Environment.TickCount64 < _patientUntil)
        {
            _ = PublishAgainAsync(publication);
            return Task.CompletedTask;
        }

        Release(publication);
        if (refused)
        {
            _undelivered(publication, "the broker refused it");
        }
        else if (publication.IsReturned)
        {
            _undelivered(publication, "no queue takes it");
        }

        return Task.CompletedTask;
    }

    private Task NoteReturn(IChannel channel, BasicReturnEventArgs returned)
    {
        _metrics.Returned();
        var header = Inlet.EnvelopeIn(returned.BasicProperties);
        var envelope = FrameCodec.ReadEnvelope(returned.Body.Span, header);
        lock (_lock)
        {
            if (!ReferenceEquals(channel, _channel))
            {
                return Task.CompletedTask;
            }

            // The confirm of what was returned comes next, so it is among the oldest.
            for (var tag = _lowest; tag <= _published; tag++)
            {
                if (_unconfirmed.TryGetValue(tag, out var publication)
                    && publication.Number == envelope.Number
                    && !publication.IsReturned
                    && publication.Frame.Body.Length == returned.Body.Length)
                {
                    publication.IsReturned = true;
                    break;
                }
            }
        }

        return Task.CompletedTask;
    }

    /// <summary>Its slot stays taken meanwhile.</summary>
    private async Task PublishAgainAsync(Publication publication)
    {
        await Task.Delay(BetweenReturns);
        await _gate.WaitAsync();
        try
        {
            publication.IsReturned = false;
            publication.Connections = 0;
            publication.Returns++;
            await SendAsync(publication);
        }
        finally
        {
            _gate.Release();
        }
    }
}
