using Cohort.Clustering;
using Cohort.Hosting;
using Cohort.Hosting.Http;
using Cohort.Hosting.Logs;
using Cohort.Hosting.Membership;
using Cohort.Hosting.Telemetry;
using Cohort.Model.Data;
using Cohort.Model.Files;
using Cohort.Model.Training;
using Cohort.Nodes.Residents;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;

namespace Cohort.Nodes.Host;

/// <summary>A node that has started. Disposing of it drains it, says farewell and stops it, within the stop deadline.</summary>
public sealed class NodeHost : IAsyncDisposable
{
    private readonly NodeHostOptions _options;
    private readonly LogContext _context;
    private readonly Figures _figures = new();
    private readonly LogRing _logs = new();
    private readonly OtlpExport? _export;
    private readonly WebApplication _web;
    private readonly ActorSystem _system = ActorSystem.Create("cohort");
    private readonly TaskCompletionSource<string> _taken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private IClusterOperations? _operations;
    private LogReport? _logReport;
    private Task? _drained;

    private NodeHost(NodeHostOptions options, TextWriter console)
    {
        _options = options;
        _context = new LogContext(options.Member, TimeProvider.System);
        _export = options.Otlp is { } collector ? new OtlpExport(collector, "cohort-node", options.Member) : null;
        _web = Build(options, new MemberLogger(_context, _logs, options.LogFormat, console));
    }

    /// <summary>Where it serves health and metrics.</summary>
    public Uri Address => new(_web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <summary>Starts a node; when this returns it is in the cluster.</summary>
    /// <param name="options">How.</param>
    /// <param name="console">Takes the log.</param>
    /// <param name="join">Joins the cluster; null for a broker as the options say.</param>
    /// <exception cref="ConfigurationException">The options cannot work.</exception>
    /// <exception cref="TemporaryFailureException">Broker or seed were not there before the start deadline.</exception>
    public static Task<NodeHost> Start(
        NodeHostOptions options, TextWriter console, Func<ActorSystem, Task<IClusterOperations>>? join = null)
        => Start(options, console, residents: null, join);

    /// <summary>Starts the device of resident students; when this returns they can be asked.</summary>
    /// <param name="options">How.</param>
    /// <param name="console">Takes the log, all of it: nothing of it leaves the device.</param>
    /// <param name="residents">The students; null for those of <see cref="NodeHostOptions.Residents"/>, if any.</param>
    /// <param name="join">Joins the cluster; null for a broker as the options say.</param>
    /// <exception cref="ConfigurationException">The options cannot work, or a student is on another device.</exception>
    /// <exception cref="TemporaryFailureException">Broker or seed were not there before the start deadline.</exception>
    public static async Task<NodeHost> Start(
        NodeHostOptions options,
        TextWriter console,
        IReadOnlyList<IResidentSamples>? residents,
        Func<ActorSystem, Task<IClusterOperations>>? join = null)
    {
        var node = new NodeHost(options, console);
        try
        {
            await node.Open(residents ?? node.ResidentFolders(), join);
            return node;
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }
    }

    /// <summary>Until SIGTERM, SIGINT, or the order to leave.</summary>
    /// <exception cref="ConfigurationException">One of the device's students is on another device now.</exception>
    public async Task UntilStopped()
    {
        if (await Task.WhenAny(_web.WaitForShutdownAsync(), _taken.Task) == _taken.Task)
        {
            throw new ConfigurationException(await _taken.Task);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_operations is { } operations)
        {
            await Drain();
            if (_logReport is { } report)
            {
                await report.DisposeAsync();
            }

            await operations.DisposeAsync();
        }

        await _web.StopAsync();
        // A slot finishes the student it trains; one that takes longer than the deadline ends with the process.
        await Task.WhenAny(_system.Terminate(), Task.Delay(_options.StopDeadline));
        await _web.DisposeAsync();
        _export?.Dispose();
        _figures.Dispose();
    }

    private static WebApplication Build(NodeHostOptions options, MemberLogger logger)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ApplicationName = "cohort-node" });
        builder.Configuration.Sources.Clear(); // ours are read already; ASPNETCORE_ variables are not meant for a node
        builder.Configuration.AddInMemoryCollection();
        builder.WebHost.UseUrls(options.Listen.GetLeftPart(UriPartial.Authority));
        builder.Logging.ClearProviders().AddProvider(logger);
        builder.Logging.SetMinimumLevel(options.LogLevel).AddFilter("Microsoft", Microsoft.Extensions.Logging.LogLevel.Warning)
            .AddFilter("Microsoft.Extensions.Hosting", Microsoft.Extensions.Logging.LogLevel.None); // what keeps it from starting is said once
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.StopDeadline);
        return builder.Build();
    }

    private async Task Open(IReadOnlyList<IResidentSamples> residents, Func<ActorSystem, Task<IClusterOperations>>? join)
    {
        join ??= system => JoinBroker(system, residents.Count > 0 ? MemberRole.Device : MemberRole.Node);
        ActorLogs.Follow(_system, _web.Services.GetRequiredService<ILoggerFactory>().CreateLogger("actors"));
        _web.MapMember(NotReady, _figures);
        await _web.StartAsync();

        var operations = _operations = await join(_system);
        var (cluster, figures) = (operations.Cluster, _figures);
        _system.ActorOf(Props.Create(() => new FiguresReport(cluster, figures, () => operations.IsConnected)), "figures-report");
        if (residents.Count > 0)
        {
            await OpenDevice(cluster, residents);
            return;
        }

        _logReport = LogReport.Start(_logs, cluster, () => operations.IsConnected);
        var data = DataFolder();
        Node.Start(_system, cluster, _options.Device, definition =>
        {
            _context.Run = definition.Run;
            return data.Open(definition);
        });
        _system.ActorOf(Props.Create(() => new MemberOrders(cluster, Obey)), "orders");
        _web.Logger.LogInformation("Node {Member} is in; slots: {Slots}.", _options.Member, _options.Slots);
    }

    /// <summary>A device takes no orders, and its log, which may name what its students have, stays where it is.</summary>
    private async Task OpenDevice(ICluster cluster, IReadOnlyList<IResidentSamples> residents)
    {
        var taken = _taken;
        _system.EventStream.Subscribe(
            _system.ActorOf(Props.Create(() => new Loss(taken)), "loss"), typeof(EntityTaken));
        try
        {
            await ResidentDevice.Start(_system, cluster, _options.Device, residents, Secret());
        }
        catch (EntityTakenException elsewhere)
        {
            throw new ConfigurationException(SentenceOf(elsewhere.Taken), elsewhere);
        }

        _web.Logger.LogInformation(
            "Device {Member} is in, with {Residents} resident students: {Names}.",
            _options.Member,
            residents.Count,
            string.Join(", ", residents.Select(resident => resident.Name)));
    }

    private static string SentenceOf(EntityTaken taken)
        => $"Student '{taken.Id}' is on another device of this cluster, and can be on one only; stop that device first, or give this student another "
            + "name.";

    private IReadOnlyList<IResidentSamples> ResidentFolders()
    {
        try
        {
            return _options.Residents.Length == 0
                ? []
                : ResidentFolder.AllIn(
                    _options.Residents, Path.Combine(_options.ResidentsHome, "versions"), problem => _web.Logger.LogWarning("{Problem}", problem));
        }
        catch (Exception problem) when (problem is DataFormatException or IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"Residents: {problem.Message}", problem);
        }
    }

    private DeviceSecret Secret()
    {
        try
        {
            Directory.CreateDirectory(_options.ResidentsHome);
            return DeviceSecret.Kept(Path.Combine(_options.ResidentsHome, "secret"));
        }
        catch (Exception problem) when (problem is StorageException or InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"ResidentsHome: {problem.Message}", problem);
        }
    }

    private async Task<IClusterOperations> JoinBroker(ActorSystem system, MemberRole role)
    {
        var broker = _options.EnrolmentSeed is null ? _options.Broker : await Enrolling.Enrol(_options);
        return await RabbitOperations.Join(
            system, _options, _options.Slots, role, RabbitOperations.OptionsOf(broker), CancellationToken.None);
    }

    private NodeData DataFolder()
    {
        try
        {
            Directory.CreateDirectory(_options.DataFolder);
            var cache = _options.CacheFolder.Length > 0 ? new SampleCache(Path.GetFullPath(_options.CacheFolder)) : null;
            return new NodeData(new PlannedPopulations(new DataFolder(Path.GetFullPath(_options.DataFolder)), cache));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException(
                $"DataFolder: {_options.DataFolder} cannot be used ({e.Message.TrimEnd('.')}); name another folder.", e);
        }
    }

    private string? NotReady() => _operations switch
    {
        null => "the node is joining its cluster",
        { IsConnected: false } => "the broker is not connected",
        { IsIn: false } => "the node is joining its cluster",
        _ => _drained is null ? null : "the node is draining",
    };

    private void Obey(bool leave)
    {
        var drained = Drain();
        if (leave)
        {
            drained.ContinueWith(_ => _web.Lifetime.StopApplication(), TaskScheduler.Default);
        }
    }

    /// <summary>Takes no new students, and waits for those it has; once, however often it is asked to.</summary>
    private Task Drain()
    {
        lock (_gate)
        {
            if (_drained is null)
            {
                _web.Logger.LogInformation("Node {Member} drains: it takes no new students.", _options.Member);
                _drained = _operations!.DrainAsync(_options.StopDeadline);
            }

            return _drained;
        }
    }

    /// <summary>Hears that one of the device's students is on another device now.</summary>
    private sealed class Loss : ReceiveActor
    {
        public Loss(TaskCompletionSource<string> taken) => Receive<EntityTaken>(loss => taken.TrySetResult(SentenceOf(loss)));
    }
}
