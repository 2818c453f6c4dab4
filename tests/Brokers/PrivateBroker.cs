using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Cohort.Brokers;

/// <summary>
/// A real RabbitMQ broker of one's own: an ordinary process on loopback with its own ports, folder and cookie, which ends with
/// <see cref="DisposeAsync"/>. Starting takes about five seconds. Every wait is bounded.
/// </summary>
public sealed class PrivateBroker : IAsyncDisposable
{
    /// <summary>Of the administrator, and of the virtual host.</summary>
    public const string User = "cohort";

    /// <summary>Of a broker that listens on loopback only and lives as long as a test.</summary>
    public const string Password = "for-this-test-only";

    public const string VirtualHost = "cohort";

    private static readonly TimeSpan TimeToStart = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan TimeToStop = TimeSpan.FromSeconds(20);

    private readonly string _home;
    private readonly int _port;
    private readonly int _distributionPort;
    private readonly string _node;
    private readonly BrokerSettings _settings;
    private Process? _process;

    private PrivateBroker(BrokerSettings settings)
    {
        _settings = settings;
        _home = Directory.CreateTempSubdirectory("cohort-broker-").FullName;
        _port = FreePort();
        _distributionPort = FreePort();
        _node = $"cohort-{_port.ToString(CultureInfo.InvariantCulture)}@localhost";
    }

    /// <summary><c>amqp://127.0.0.1:port</c>, without user.</summary>
    public Uri Uri => new($"amqp://127.0.0.1:{_port.ToString(CultureInfo.InvariantCulture)}");

    /// <summary>What the broker has written.</summary>
    public string LogFolder => Path.Combine(_home, "log");

    /// <summary>The broker's own process, for those who want to pause or kill it; null while it is stopped.</summary>
    public int? ProcessId { get; private set; }

    public static Task<PrivateBroker> StartAsync(CancellationToken stop = default) => StartAsync(new BrokerSettings(), stop);

    /// <exception cref="InvalidOperationException">The broker did not start; its log is in the message.</exception>
    public static async Task<PrivateBroker> StartAsync(BrokerSettings settings, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var broker = new PrivateBroker(settings);
        try
        {
            broker.WriteConfiguration();
            await broker.StartAgainAsync(stop);
            return broker;
        }
        catch
        {
            await broker.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts the stopped broker on the same ports with what it had on disk.</summary>
    public async Task StartAgainAsync(CancellationToken stop = default)
    {
        var start = new ProcessStartInfo("/usr/lib/rabbitmq/bin/rabbitmq-server") { UseShellExecute = false };
        start.RedirectStandardOutput = start.RedirectStandardError = start.RedirectStandardInput = true;
        Prepare(start);
        var output = new StringBuilder();
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Append(output, line.Data);
        _process.ErrorDataReceived += (_, line) => Append(output, line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        ProcessId = _process.Id;
        var clock = Stopwatch.StartNew();
        while (!HasWritten(output, "completed with"))
        {
            if (_process.HasExited || clock.Elapsed > TimeToStart)
            {
                throw new InvalidOperationException(
                    $"The broker did not start within {TimeToStart.TotalSeconds:0} s. It wrote:{Environment.NewLine}{output}");
            }

            await Task.Delay(50, stop);
        }

        // The line above is about plugins; the port opens right after it.
        while (!await ListensAsync(stop))
        {
            if (clock.Elapsed > TimeToStart)
                throw new InvalidOperationException($"The broker does not listen on {Uri}.");
            await Task.Delay(20, stop);
        }
    }

    /// <summary>Ends the broker at once, as if its machine had lost power; what it had on disk stays.</summary>
    public async Task KillAsync()
    {
        if (_process is not { } process)
            return;
        if (!process.HasExited)
            process.Kill(entireProcessTree: true);
        using var patience = new CancellationTokenSource(TimeToStop);
        await process.WaitForExitAsync(patience.Token);
        process.Dispose();
        _process = null;
        ProcessId = null;
    }

    /// <summary>Ends the broker as an operator would.</summary>
    public async Task StopAsync()
    {
        if (_process is not { HasExited: false } process)
            return;
        Signal(process.Id, "TERM");
        using var patience = new CancellationTokenSource(TimeToStop);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            // It has had its time.
        }

        await KillAsync();
    }

    public async Task RestartAsync(CancellationToken stop = default)
    {
        await StopAsync();
        await StartAgainAsync(stop);
    }

    /// <summary>Runs <c>rabbitmqctl</c> on this broker and returns what it printed.</summary>
    /// <exception cref="InvalidOperationException">It failed; what it printed is in the message.</exception>
    public async Task<string> ControlAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("/usr/lib/rabbitmq/bin/rabbitmqctl") { UseShellExecute = false };
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        Prepare(start);
        foreach (var argument in (string[])["-q", "-n", _node, "-t", "20", .. arguments])
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(40));
        var output = process.StandardOutput.ReadToEndAsync(patience.Token);
        var errors = process.StandardError.ReadToEndAsync(patience.Token);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }

        return process.ExitCode == 0
            ? await output
            : throw new InvalidOperationException($"rabbitmqctl {string.Join(' ', arguments)}: {await output}{await errors}");
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        try
        {
            Directory.Delete(_home, recursive: true);
        }
        catch (IOException)
        {
            // A temporary folder that stays does no harm.
        }
    }

    private static void Append(StringBuilder output, string? line)
    {
        lock (output)
            output.AppendLine(line);
    }

    private static bool HasWritten(StringBuilder output, string text)
    {
        lock (output)
            return output.ToString().Contains(text, StringComparison.Ordinal);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static void Signal(int process, string signal)
    {
        try
        {
            using var kill = Process.Start("kill", [$"-{signal}", process.ToString(CultureInfo.InvariantCulture)]);
            kill.WaitForExit(5000);
        }
        catch (Win32Exception)
        {
            // Without kill(1) the process is killed the hard way.
        }
    }

    private async Task<bool> ListensAsync(CancellationToken stop)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, _port, stop);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private void WriteConfiguration()
    {
        File.WriteAllText(
            Path.Combine(_home, "rabbitmq.conf"),
            string.Create(
                CultureInfo.InvariantCulture,
                $"""
                {(_settings.Tls is null ? $"listeners.tcp.local = 127.0.0.1:{_port}" : "listeners.tcp = none")}
                default_vhost = {VirtualHost}
                default_user = {User}
                default_pass = {Password}
                default_permissions.configure = .*
                default_permissions.read = .*
                default_permissions.write = .*
                loopback_users = none
                event_exchange.vhost = {VirtualHost}
                vm_memory_high_watermark.absolute = 2GB
                disk_free_limit.absolute = 50MB
                log.console.level = warning

                """) + TlsLines() + _settings.MoreConfiguration);
        File.WriteAllText(
            Path.Combine(_home, "enabled_plugins"),
            _settings.Plugins.Count == 0 ? "[]." : $"[{string.Join(',', _settings.Plugins)}].");
    }

    private string TlsLines()
        => _settings.Tls is not { } tls
            ? ""
            : string.Create(
                CultureInfo.InvariantCulture,
                $"""
                listeners.ssl.local = 127.0.0.1:{_port}
                ssl_options.certfile = {tls.Certificate}
                ssl_options.keyfile = {tls.Key}
                ssl_options.cacertfile = {tls.Authority}
                ssl_options.verify = verify_none
                ssl_options.fail_if_no_peer_cert = false

                """);

    private void Prepare(ProcessStartInfo start)
    {
        start.WorkingDirectory = _home;
        var environment = start.Environment;
        environment["HOME"] = _home;
        environment["RABBITMQ_NODENAME"] = _node;
        environment["RABBITMQ_NODE_PORT"] = _port.ToString(CultureInfo.InvariantCulture);
        environment["RABBITMQ_DIST_PORT"] = _distributionPort.ToString(CultureInfo.InvariantCulture);
        environment["RABBITMQ_MNESIA_BASE"] = Path.Combine(_home, "data");
        environment["RABBITMQ_LOG_BASE"] = LogFolder;
        environment["RABBITMQ_CONFIG_FILE"] = Path.Combine(_home, "rabbitmq.conf");
        environment["RABBITMQ_ENABLED_PLUGINS_FILE"] = Path.Combine(_home, "enabled_plugins");
        environment["RABBITMQ_CONF_ENV_FILE"] = Path.Combine(_home, "rabbitmq-env.conf");
        environment["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = "+S 2:2 +sbwt none +sbwtdcpu none +sbwtdio none";
        environment["ERL_EPMD_ADDRESS"] = "127.0.0.1";
        environment["LC_ALL"] = "C.UTF-8";
    }
}

/// <summary>How a private broker differs from the usual one.</summary>
public sealed record BrokerSettings
{
    public IReadOnlyList<string> Plugins { get; init; } = ["rabbitmq_consistent_hash_exchange", "rabbitmq_event_exchange"];

    /// <summary>Lines added to rabbitmq.conf.</summary>
    public string MoreConfiguration { get; init; } = "";

    /// <summary>The broker speaks TLS only when this is set.</summary>
    public BrokerTls? Tls { get; init; }
}

/// <summary>PEM files.</summary>
public sealed record BrokerTls(string Authority, string Certificate, string Key);
