using Cohort.Clustering;
using Cohort.Hosting;
using Cohort.Hosting.Http;
using Cohort.Hosting.Logs;
using Cohort.Hosting.Membership;
using Cohort.Hosting.Telemetry;
using Cohort.Messages;
using Cohort.Model.Data;
using Cohort.Model.Training;
using Cohort.Nodes;
using Cohort.Seed.Api;
using Cohort.Seed.Coordination;
using Cohort.Seed.Host.Api;
using Cohort.Seed.Ledger;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;

namespace Cohort.Seed.Host;

/// <summary>
/// A seed that has started; disposing of it stops it. The run under way stays in the ledger, and is continued by the next.
/// </summary>
public sealed class SeedHost : IAsyncDisposable
{
    private readonly Stack<IAsyncDisposable> _parts = new();
    private readonly TaskCompletionSource<string> _replaced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private WebApplication? _web;

    private SeedHost()
    {
    }

    /// <summary>Where it serves HTTP.</summary>
    public Uri Address => AddressOf("http");

    /// <summary>Where it serves HTTPS, if it does.</summary>
    public Uri SecureAddress => AddressOf("https");

    private Uri AddressOf(string scheme)
        => _web!.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses
            .Select(address => new Uri(address))
            .First(address => string.Equals(address.Scheme, scheme, StringComparison.Ordinal));

    /// <summary>Starts a seed; when this returns it answers.</summary>
    /// <exception cref="ConfigurationException">The options cannot work.</exception>
    /// <exception cref="TemporaryFailureException">What it needs was not there before the start deadline.</exception>
    public static async Task<SeedHost> Start(SeedHostOptions options, TextWriter console)
    {
        var host = new SeedHost();
        try
        {
            await host.Open(options, console);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>Until SIGTERM or SIGINT.</summary>
    /// <exception cref="TemporaryFailureException">Another seed has taken over; a new life of this one can stand by for it.</exception>
    public async Task UntilStopped()
    {
        if (await Task.WhenAny(_web!.WaitForShutdownAsync(), _replaced.Task) == _replaced.Task)
        {
            throw new TemporaryFailureException(await _replaced.Task);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_web is { } web)
        {
            await web.StopAsync(); // who follows a run or a log is let go before what they follow ends
        }

        while (_parts.TryPop(out var part))
        {
            await part.DisposeAsync();
        }
    }

    private async Task Open(SeedHostOptions options, TextWriter console)
    {
        var tokens = ApiTokens.Read(options);
        var archive = ArchiveOf(options);
        var populations = new PlannedPopulations(
            new DataFolder(Path.GetFullPath(options.DataPath)), new SampleCache(Path.Combine(Path.GetFullPath(options.Home), "cache")));
        var figures = Keep(new Figures());
        if (options.Otlp is { } collector)
        {
            Keep(new OtlpExport(collector, "cohort-seed", options.Member));
        }

        var logs = new LogRing();
        var context = new LogContext(options.Member, TimeProvider.System);
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ApplicationName = "cohort-seed" });
        builder.Configuration.Sources.Clear(); // ours are read already; ASPNETCORE_ variables are not meant for a seed
        builder.Configuration.AddInMemoryCollection();
        Listen(builder.WebHost, options);
        builder.Logging.ClearProviders().AddProvider(new MemberLogger(context, logs, options.LogFormat, console));
        builder.Logging.SetMinimumLevel(options.LogLevel).AddFilter("Microsoft", Microsoft.Extensions.Logging.LogLevel.Warning)
            .AddFilter("Microsoft.Extensions.Hosting", Microsoft.Extensions.Logging.LogLevel.None); // what keeps it from starting is said once
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.StopDeadline);
        builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, ApiJson.Default));
        builder.Services.AddSingleton(tokens);
        builder.Services.AddOpenApi("v1");
        _web = Keep(builder.Build());

        var system = ActorSystem.Create("cohort");
        _parts.Push(new Stopping(() => system.Terminate()));
        ActorLogs.Follow(system, _web.Services.GetRequiredService<ILoggerFactory>().CreateLogger("actors"));
        var operations = await Join(options, system, populations);
        _parts.Push(operations);

        var feed = new RunFeed(TimeProvider.System);
        var cluster = operations.Cluster;
        var listener = feed.Listen(system, cluster, context.Follow);
        var board = new MemberBoard();
        system.ActorOf(Props.Create(() => new MemberListener(cluster, board, logs)), "member-listener");
        system.ActorOf(Props.Create(() => new FiguresReport(cluster, figures, () => operations.IsConnected)), "figures-report");
        _parts.Push(LogReport.Start(logs, cluster, () => operations.IsConnected));
        var view = Keep(new ArchiveView(archive));
        system.EventStream.Subscribe(
            system.ActorOf(Props.Create(() => new Resignation(_replaced)), "resignation"), typeof(DeskReplaced));
        var desk = StartDesk(options, cluster, archive, populations);
        desk.Tell(new AskRunProgress(), listener);

        var seed = new SeedServices(options, operations, desk, view, populations, feed, board, logs, figures);
        Keep(new SeedMeter(feed, operations, () => Epsilon(seed)));
        _web.UseRouting();
        _web.UseMiddleware<Guard>();
        Map(_web, seed);
        await _web.StartAsync();
        await Usable(feed, options);
        _web.Logger.LogInformation("Seed {Member} serves {Address}.", options.Member, Address);
    }

    private static void Listen(IWebHostBuilder web, SeedHostOptions options)
    {
        var urls = new List<string> { options.Listen.GetLeftPart(UriPartial.Authority) };
        if (options.Https.Listen is { } secure)
        {
            urls.Add(secure.GetLeftPart(UriPartial.Authority));
            var (certificate, chain) = options.Https.Read();
            web.UseKestrelHttpsConfiguration();
            web.ConfigureKestrel(server => server.ConfigureHttpsDefaults(https =>
                (https.ServerCertificate, https.ServerCertificateChain) = (certificate, chain)));
        }

        web.UseUrls([.. urls]);
    }

    private static IArchive ArchiveOf(SeedHostOptions options)
    {
        try
        {
            Directory.CreateDirectory(options.Home);
            Directory.CreateDirectory(options.DataPath);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"Home: {options.Home} cannot be used ({e.Message.TrimEnd('.')}); name another folder.", e);
        }

        return options.Ledger.Postgres.Length == 0
            ? new FolderArchive(options.Home, TimeProvider.System)
            : new PostgresArchive(
                new() { ConnectionString = options.Ledger.Postgres, Password = options.Ledger.ReadPassword() }, TimeProvider.System);
    }

    private static async Task<IClusterOperations> Join(
        SeedHostOptions options, ActorSystem system, PlannedPopulations populations)
    {
        if (options.Engine == ClusterEngine.Rabbitmq)
        {
            return await RabbitOperations.Join(
                system, options, slots: 0, MemberRole.Seed, RabbitOperations.OptionsOf(options.Broker), CancellationToken.None);
        }

        var cluster = new LocalCluster(system, new Member(options.Member, options.Slots));
        Node.Start(system, cluster, options.Device, new NodeData(populations).Open);
        return new LocalOperations(cluster, "seed");
    }

    private static IActorRef StartDesk(
        SeedHostOptions options, ICluster cluster, IArchive archive, PlannedPopulations populations)
    {
        var work = new SeedOptions { EvaluationThreads = options.EvaluationThreads, Device = options.Device };
        return cluster.StartSingleton(
            Singletons.Coordinator, Props.Create(() => new RunDesk(cluster, archive, work, populations)));
    }

    private static void Map(WebApplication web, SeedServices seed)
    {
        web.MapMember(
            () => !seed.Operations.IsConnected ? "the broker is not connected" : seed.Feed.DeskProblem, seed.Figures);
        web.MapOpenApi("/openapi/{documentName}.json");
        web.MapRuns(seed);
        web.MapCluster(seed);
        web.MapModels(seed);
        web.MapSchedules(seed);
        web.MapPrivacy(seed);
        web.MapEnrolments(seed.Options);
    }

    /// <summary>A seed that is alone must have its ledger: nobody else will lead.</summary>
    private static async Task Usable(RunFeed feed, SeedHostOptions options)
    {
        var deadline = TimeProvider.System.GetTimestamp();
        while (options.Engine == ClusterEngine.Local && !feed.IsLeading)
        {
            if (TimeProvider.System.GetElapsedTime(deadline) > options.StartDeadline)
            {
                throw new TemporaryFailureException(feed.DeskProblem ?? $"The run desk did not start within {options.StartDeadline}.");
            }

            await Task.Delay(20);
        }
    }

    private static double? Epsilon(SeedServices seed)
    {
        try
        {
            return seed.Feed.Board.Run is { Length: > 0 } run ? seed.Archive.Read(archive => archive.Ledger.LastRound(run))?.Epsilon : null;
        }
        catch (LedgerException)
        {
            return null;
        }
    }

    private T Keep<T>(T part)
    {
        _parts.Push(part as IAsyncDisposable ?? new Stopping(() =>
        {
            (part as IDisposable)?.Dispose();
            return Task.CompletedTask;
        }));
        return part;
    }

    /// <summary>Hears that this seed was replaced.</summary>
    private sealed class Resignation : ReceiveActor
    {
        public Resignation(TaskCompletionSource<string> replaced) => Receive<DeskReplaced>(desk => replaced.TrySetResult(desk.Reason));
    }

    private sealed class Stopping(Func<Task> stop) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await stop();
    }
}
