using System.Globalization;
using System.Net.Http.Headers;
using Cohort.Deployment.Tests;

namespace Cohort.Specs;

/// <summary>
/// A broker, seeds and nodes as real processes on loopback (scripts/cluster-up.sh). What a spec does to it and asks of it are verbs:
/// runs in Cluster.Runs.cs, faults in Cluster.Faults.cs.
/// </summary>
internal sealed partial class Cluster : IAsyncDisposable
{
    /// <summary>Of each log, when a spec fails.</summary>
    private const int LinesOfALog = 40;

    private readonly string _home = Path.Combine(Path.GetTempPath(), $"cohort-specs-{Guid.NewGuid():N}");
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(5) };
    private BrokerProxy? _proxy;

    private Cluster()
    {
    }

    /// <summary>Members reach a broker of one node through a proxy, so that a member's connection can be cut.</summary>
    /// <exception cref="InvalidOperationException">It did not come up; the message has the logs' ends.</exception>
    public static async Task<Cluster> StartAsync(int nodes, int seeds = 1, int brokers = 1)
    {
        var cluster = new Cluster();
        try
        {
            (await Script.RunAsync("scripts/build.sh", "pbm")).Succeeded(); // or its first call would, in the middle of a spec
            await cluster.UpAsync(nodes, seeds, brokers);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a spec; whatever fails in it, the ends of all logs are in the message.</summary>
    /// <param name="body">What happens.</param>
    /// <param name="schedule">What it takes to have it happen again.</param>
    public async Task SpecAsync(Func<Task> body, string schedule = "")
    {
        try
        {
            await HealAsync();
            await body();
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException($"{failure.Message}\n{schedule}\n{Logs()}", failure);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await ResumeAllAsync();
        await Script.RunAsync("scripts/cluster-down.sh", "--home", _home);
        if (_proxy is not null)
        {
            await _proxy.DisposeAsync();
        }

        if (Directory.Exists(_home))
        {
            Directory.Delete(_home, recursive: true);
        }
    }

    private async Task UpAsync(int nodes, int seeds, int brokers)
    {
        List<string> options = [Count(nodes), "--home", _home, "--seeds", Count(seeds), "--brokers", Count(brokers)];
        if (seeds > 1)
        {
            options.Add("--postgres");
        }

        if (brokers == 1)
        {
            _proxy = new BrokerProxy(() => int.Parse(File.ReadAllText(PathOf("broker", "ports")).Split()[0], CultureInfo.InvariantCulture));
            options.AddRange(["--broker", _proxy.Address]);
        }

        (await Script.RunAsync("scripts/cluster-up.sh", [.. options])).Succeeded();
        _http.DefaultRequestHeaders.Authorization =
            new AuthenticationHeaderValue("Bearer", (await File.ReadAllTextAsync(TokenFile)).Trim());
    }

    private string TokenFile => PathOf("secrets", "operator-token");

    private string PathOf(params string[] parts) => Path.Combine([_home, .. parts]);

    /// <summary>All that a process has written.</summary>
    public string LogOf(string process) => File.ReadAllText(PathOf("logs", process + ".log"));

    private string Logs()
        => string.Join('\n', Directory.GetFiles(PathOf("logs"), "*.log").Order(StringComparer.Ordinal)
            .Select(log => $"---- {Path.GetFileName(log)}\n{string.Join('\n', File.ReadLines(log).TakeLast(LinesOfALog))}"));

    private static string Count(int number) => number.ToString(CultureInfo.InvariantCulture);
}
