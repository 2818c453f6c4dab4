using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Cohort.Specs;

/// <summary>
/// Stands between members and their broker, and passes on every byte, until a member's connection is to be cut. Whose it is it reads
/// from the name that AMQP clients give when they connect.
/// </summary>
internal sealed class BrokerProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<int> _brokerPort;
    private readonly List<Line> _lines = [];
    private readonly Task _accepting;

    /// <param name="brokerPort">Is asked at each connection: the broker starts later than its proxy.</param>
    public BrokerProxy(Func<int> brokerPort)
    {
        _brokerPort = brokerPort;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>What members take for the broker.</summary>
    public string Address
        => string.Create(CultureInfo.InvariantCulture, $"amqp://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>Resets a member's connection on both sides.</summary>
    /// <returns>False if it has none.</returns>
    public bool Cut(string member)
    {
        List<Line> cut;
        lock (_lines)
        {
            cut = _lines.FindAll(line => line.Client?.EndsWith(' ' + member, StringComparison.Ordinal) ?? false);
        }

        cut.ForEach(line => line.Reset());
        return cut.Count > 0;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        lock (_lines)
        {
            _lines.ForEach(line => line.Reset());
        }

        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var line = new Line(await _listener.AcceptSocketAsync(_stop.Token));
                lock (_lines)
                {
                    _lines.Add(line);
                }

                _ = PassOnAsync(line);
            }
            catch (Exception end) when (end is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // The next look at the token says whether this was the end.
            }
        }
    }

    private async Task PassOnAsync(Line line)
    {
        try
        {
            await line.Broker.ConnectAsync(IPAddress.Loopback, _brokerPort(), _stop.Token);
            await Task.WhenAny(line.FromMemberAsync(), line.FromBrokerAsync());
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException or OperationCanceledException or IOException)
        {
            // No broker at the moment: the member is told so by the reset.
        }

        line.Reset();
        lock (_lines)
        {
            _lines.Remove(line);
        }
    }

    /// <summary>One connection, both halves.</summary>
    private sealed class Line(Socket member)
    {
        private const int Piece = 64 << 10;

        public Socket Broker { get; } = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

        /// <summary>The member's name for the connection: "cohort Node node2"; null until it has given it.</summary>
        public string? Client { get; private set; }

        public Task FromBrokerAsync() => PumpAsync(Broker, member, _ => { });

        public Task FromMemberAsync()
        {
            member.NoDelay = true;
            return PumpAsync(member, Broker, bytes => Client ??= NameIn(bytes));
        }

        public void Reset()
        {
            foreach (var socket in (Socket[])[member, Broker])
            {
                try
                {
                    socket.LingerState = new LingerOption(enable: true, seconds: 0);
                }
                catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
                {
                    // It is closed already.
                }

                socket.Dispose();
            }
        }

        private static async Task PumpAsync(Socket from, Socket to, Action<ReadOnlySpan<byte>> look)
        {
            var buffer = new byte[Piece];
            while (true)
            {
                var read = await from.ReceiveAsync(buffer);
                if (read == 0)
                {
                    return;
                }

                look(buffer.AsSpan(0, read));
                for (var sent = 0; sent < read;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, read - sent));
                }
            }
        }

        /// <summary>AMQP 0-9-1, connection.start-ok: a table of client properties, this one a long string.</summary>
        private static string? NameIn(ReadOnlySpan<byte> bytes)
        {
            var key = "connection_nameS"u8;
            var at = bytes.IndexOf(key);
            if (at < 0 || bytes.Length < at + key.Length + 4)
            {
                return null;
            }

            var name = bytes[(at + key.Length + 4)..];
            var length = (int)BinaryPrimitives.ReadUInt32BigEndian(bytes[(at + key.Length)..]);
            return length <= name.Length ? Encoding.UTF8.GetString(name[..length]) : null;
        }
    }
}
