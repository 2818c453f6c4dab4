using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;

namespace Cohort.Clustering.RabbitMq.Broker;

/// <summary>
/// The process's one connection. When it is lost, all parts are told, and begin again over the next one; attempts are spread by
/// chance, so that a broker that comes back is not run over by everybody at once.
/// </summary>
internal sealed class BrokerLink : IAsyncDisposable
{
    private readonly RabbitOptions _options;
    private readonly string _clientName;
    private readonly ClusterLog _log;
    private readonly ClusterMetrics _metrics;
    private readonly List<IBrokerPart> _parts = [];
    private readonly HashSet<IBrokerPart> _begun = [];
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly CancellationTokenSource _stop = new();
    private IConnection? _connection;
    private readonly List<BrokerCertificate> _certificates = [];
    private TaskCompletionSource<string> _lost = NewLoss();
    private Task _running = Task.CompletedTask;
    private int _connections;

    public BrokerLink(RabbitOptions options, string clientName, ClusterLog log, ClusterMetrics metrics)
    {
        (_options, _clientName, _log, _metrics) = (options, clientName, log, metrics);
    }

    public bool IsConnected { get; private set; }

    /// <summary>Is told the number of every connection, once all parts have begun over it.</summary>
    public required Action<int> Connected { get; init; }

    /// <summary>How often this process has connected, 1-based.</summary>
    public int Connections => _connections;

    /// <summary>Exceptions that say no more than that the connection or channel is gone.</summary>
    public static bool IsLoss(Exception problem)
        => problem is AlreadyClosedException or OperationInterruptedException or BrokerUnreachableException or IOException
            or ObjectDisposedException or OperationCanceledException or TimeoutException
            or System.Threading.Channels.ChannelClosedException or System.Net.Sockets.SocketException;

    /// <summary>Connects for the first time, and keeps connected from then on.</summary>
    /// <exception cref="ClusterException">It cannot.</exception>
    public async Task ConnectAsync(CancellationToken stop)
    {
        var deadline = Environment.TickCount64 + (long)(2 * _options.Patience).TotalMilliseconds;
        while (true)
        {
            try
            {
                await ConnectOnceAsync(stop);
                break;
            }
            catch (OperationInterruptedException taken) when (IsTaken(taken) && Environment.TickCount64 < deadline)
            {
                // A predecessor that died a moment ago may still count as connected.
                await Task.Delay(250, stop);
            }
            catch (Exception problem) when (problem is not OperationCanceledException || !stop.IsCancellationRequested)
            {
                throw new ClusterException(Explain(problem), problem);
            }
        }

        _running = Task.Run(StayConnectedAsync, CancellationToken.None);
    }

    /// <summary>Adds a part, which begins now if there is a connection, and again with every later one.</summary>
    public async Task AddAsync(IBrokerPart part)
    {
        await _turn.WaitAsync(_stop.Token);
        try
        {
            _parts.Add(part);
            if (IsConnected)
            {
                await BeginAsync(part);
            }
        }
        catch (Exception problem) when (IsLoss(problem))
        {
            Lose(problem.Message);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>The connection is of no more use: a channel was closed, a consumer ended.</summary>
    public void Lose(string why) => _lost.TrySetResult(why);

    /// <summary>A channel for a single purpose; the caller closes it.</summary>
    /// <exception cref="ClusterException">There is no connection at the moment.</exception>
    public Task<IChannel> OpenChannelAsync(CreateChannelOptions? channelOptions, CancellationToken stop)
        => _connection is { IsOpen: true } connection
            ? connection.CreateChannelAsync(channelOptions, stop)
            : throw new ClusterException($"There is no connection to the broker at {_options} at the moment; try again later.");

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        Lose("this process leaves");
        await _running;
        await _turn.WaitAsync();
        await CloseAsync();
        _turn.Dispose();
        _stop.Dispose();
    }

    private static TaskCompletionSource<string> NewLoss() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static bool IsTaken(OperationInterruptedException problem)
        => problem.ShutdownReason?.ReplyCode == Constants.ResourceLocked;

    private async Task StayConnectedAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            var why = await _lost.Task;
            await _turn.WaitAsync();
            try
            {
                await CloseAsync();
            }
            finally
            {
                _turn.Release();
            }

            if (_stop.IsCancellationRequested)
            {
                return;
            }

            _log.Warn($"The connection to the broker at {_options} is lost ({why}); connecting again.");
            await ConnectAgainAsync();
        }
    }

    private async Task ConnectAgainAsync()
    {
        var pause = _options.ReconnectAfter;
        string? said = null;
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await Task.Delay((0.5 + Random.Shared.NextDouble()) * pause, _stop.Token);
                await ConnectOnceAsync(_stop.Token);
                _metrics.Reconnected();
                _log.Info($"Connected to the broker at {_options} again.");
                return;
            }
            catch (Exception) when (_stop.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // Whatever it is, the next attempt may succeed, and an operator reads why this one did not.
            catch (Exception problem)
#pragma warning restore CA1031
            {
                var sentence = Explain(problem);
                if (!string.Equals(sentence, said, StringComparison.Ordinal))
                {
                    _log.Warn(sentence);
                }

                said = sentence;
                pause = TimeSpan.FromTicks(Math.Min(2 * pause.Ticks, _options.ReconnectAtMost.Ticks));
            }
        }
    }

    private async Task ConnectOnceAsync(CancellationToken stop)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(3 * _options.Patience);
        await _turn.WaitAsync(stop);
        try
        {
            _lost = NewLoss();
            var lost = _lost;
            var connection = await Factory().CreateConnectionAsync([.. Endpoints()], patience.Token);
            connection.ConnectionShutdownAsync += (_, reason) => Note(lost, reason);
            _connection = connection;
            _connections++;
            foreach (var part in _parts)
            {
                await BeginAsync(part);
            }

            IsConnected = true;
            Connected(_connections);
        }
        catch
        {
            await CloseAsync();
            throw;
        }
        finally
        {
            _turn.Release();
        }
    }

    private static Task Note(TaskCompletionSource<string> lost, ShutdownEventArgs reason)
    {
        lost.TrySetResult(reason.ReplyText);
        return Task.CompletedTask;
    }

    private async Task BeginAsync(IBrokerPart part)
    {
        _begun.Add(part);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        patience.CancelAfter(_options.Patience);
        await part.BeginAsync(new BrokerSession(_connection!, _connections, Lose), patience.Token);
    }

    /// <summary>In the caller's turn.</summary>
    private async Task CloseAsync()
    {
        IsConnected = false;
        foreach (var part in _begun)
        {
            part.Lost();
        }

        _begun.Clear();
        if (Interlocked.Exchange(ref _connection, null) is not { } connection)
        {
            return;
        }

        try
        {
            await connection.CloseAsync(TimeSpan.FromSeconds(2));
        }
        catch (Exception problem) when (IsLoss(problem))
        {
            // It is gone, which is what was wanted.
        }

        await connection.DisposeAsync();
    }

    private ConnectionFactory Factory()
        => new()
        {
            VirtualHost = _options.VirtualHost,
            UserName = _options.User,
            Password = _options.Password,
            ClientProvidedName = _clientName,
            AutomaticRecoveryEnabled = false,
            TopologyRecoveryEnabled = false,
            RequestedHeartbeat = _options.RequestedHeartbeat,
            RequestedConnectionTimeout = _options.Patience,
            HandshakeContinuationTimeout = _options.Patience,
            ContinuationTimeout = _options.Patience,
            // What is too large is refused by us; the client would close the connection.
            MaxInboundMessageBodySize = int.MaxValue,
        };

    /// <summary>The broker's nodes; the client tries them in random order, which spreads members over them.</summary>
    private IEnumerable<AmqpTcpEndpoint> Endpoints()
    {
        _certificates.Clear();
        foreach (var uri in _options.Uris)
        {
            var tls = new SslOption(uri.Host, enabled: uri.Scheme is "amqps");
            if (tls.Enabled)
            {
                var certificate = new BrokerCertificate(uri.Host, _options.CertificateAuthority);
                tls.CertificateValidationCallback = (_, shown, _, problems) => certificate.IsTrusted(shown, problems);
                _certificates.Add(certificate);
            }

            yield return new AmqpTcpEndpoint(uri.Host, uri.Port, tls, int.MaxValue);
        }
    }

    private string Explain(Exception problem)
    {
        var causes = Causes(problem).ToList();
        var broker = _options.Address;
        if (causes.Exists(cause => cause is System.Security.Authentication.AuthenticationException))
        {
            var refusal = _certificates.Select(certificate => certificate.Refusal).FirstOrDefault(sentence => sentence is not null);
            return $"The broker at {broker} {refusal ?? "does not speak TLS there; correct the port, or use amqp://"}.";
        }

        if (causes.Exists(cause => cause is AuthenticationFailureException or PossibleAuthenticationFailureException))
        {
            return $"The broker at {broker} refused user '{_options.User}'; check user and password.";
        }

        foreach (var interrupted in causes.OfType<OperationInterruptedException>())
        {
            switch (interrupted.ShutdownReason?.ReplyCode)
            {
                case Constants.NotAllowed:
                    return $"The broker at {broker} has no virtual host '{_options.VirtualHost}' for user '{_options.User}'; "
                        + "check its name and the user's permissions.";
                case Constants.AccessRefused:
                    return $"The broker at {broker} forbids user '{_options.User}' something that a member needs; "
                        + $"check its permissions: {interrupted.ShutdownReason.ReplyText}.";
                case Constants.ResourceLocked:
                    return $"A member of this name is in the cluster on {broker} already; give this one another name "
                        + $"({interrupted.ShutdownReason.ReplyText}).";
                case Constants.PreconditionFailed:
                    return $"Something on the broker at {broker} was declared in another way before, by another version or by hand; "
                        + $"delete it or use another virtual host: {interrupted.ShutdownReason.ReplyText}.";
                case { } code:
                    return $"The broker at {broker} ended the connection ({code}): {interrupted.ShutdownReason.ReplyText}.";
            }
        }

        return $"There is no broker at {broker} ({causes[^1].Message}); start it, or correct the address.";
    }

    private static IEnumerable<Exception> Causes(Exception problem)
    {
        for (var cause = problem; cause is not null; cause = cause.InnerException)
        {
            yield return cause;
            if (cause is AggregateException { InnerExceptions: var several })
            {
                foreach (var inner in several.SelectMany(Causes))
                {
                    yield return inner;
                }
            }
        }
    }
}
