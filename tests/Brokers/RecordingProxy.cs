using System.Net;
using System.Net.Sockets;

namespace Cohort.Brokers;

/// <summary>Stands between a process and a server, passes on every byte, and keeps a copy, of each direction by itself.</summary>
public sealed class RecordingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly List<MemoryStream> _recorded = [];
    private readonly List<Socket> _sockets = [];
    private readonly Task _accepting;

    /// <param name="server">A port on loopback.</param>
    public RecordingProxy(int server)
    {
        _listener.Start();
        _accepting = AcceptAsync(server);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>All bytes so far: one array for each direction of each connection.</summary>
    public IReadOnlyList<byte[]> Recorded
    {
        get
        {
            lock (_recorded)
            {
                return [.. _recorded.Select(stream => stream.ToArray())];
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        lock (_recorded)
        {
            _sockets.ForEach(socket => socket.Dispose());
        }

        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync(int server)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var client = await _listener.AcceptSocketAsync(_stop.Token);
                var upstream = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await upstream.ConnectAsync(IPAddress.Loopback, server, _stop.Token);
                var (sent, received) = (new MemoryStream(), new MemoryStream());
                lock (_recorded)
                {
                    _recorded.AddRange([sent, received]);
                    _sockets.AddRange([client, upstream]);
                }

                _ = PumpAsync(client, upstream, sent);
                _ = PumpAsync(upstream, client, received);
            }
            catch (Exception end) when (end is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // The next look at the token says whether this was the end.
            }
        }
    }

    /// <summary>What is recorded is recorded before it is passed on.</summary>
    private async Task PumpAsync(Socket from, Socket to, MemoryStream record)
    {
        var buffer = new byte[64 << 10];
        try
        {
            (from.NoDelay, to.NoDelay) = (true, true);
            int read;
            while ((read = await from.ReceiveAsync(buffer)) > 0)
            {
                lock (_recorded)
                {
                    record.Write(buffer.AsSpan(0, read));
                }

                for (var sent = 0; sent < read;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, read - sent));
                }
            }
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException)
        {
            // The process or the server is gone.
        }

        from.Dispose();
        to.Dispose();
    }
}
