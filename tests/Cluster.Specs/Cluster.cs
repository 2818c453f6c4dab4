using System.Globalization;
using System.Text.Json;
using Cohort.Deployment.Tests;

namespace Cohort.Specs;

/// <summary>A broker, a seed and nodes as real processes on loopback (scripts/cluster-up.sh), and pbm to talk to them.</summary>
internal sealed class Cluster : IAsyncDisposable
{
    private readonly string _home = Path.Combine(Path.GetTempPath(), $"cohort-specs-{Guid.NewGuid():N}");
    private string _url = "";

    /// <exception cref="InvalidOperationException">It did not come up; the message has the logs' ends.</exception>
    public static async Task<Cluster> StartAsync(int nodes)
    {
        var cluster = new Cluster();
        (await Script.RunAsync("scripts/build.sh", "pbm")).Succeeded(); // or its first call would, in the middle of a spec
        var up = await Script.RunAsync("scripts/cluster-up.sh", nodes.ToString(CultureInfo.InvariantCulture), "--home", cluster._home);
        cluster._url = up.Succeeded().Output.Split('\n')
            .Single(line => line.Contains("export COHORT_CLUSTER=", StringComparison.Ordinal)).Split('=')[1].Trim();
        return cluster;
    }

    /// <summary>The hash of the model that one process makes of a plan, with no cluster.</summary>
    public async Task<string> ModelOfOneProcessAsync(params string[] plan)
        => ModelHash((await Script.RunAsync("pbm", ["run", .. plan, "--json", "--home", Path.Combine(_home, "alone")])).Succeeded());

    /// <summary>The hash of the model that the cluster makes of it.</summary>
    public async Task<string> TrainAsync(params string[] plan)
    {
        var trained = await PbmAsync(["round", "start", .. plan, "--wait", "--json"]);
        return trained.ExitCode == 0 ? ModelHash(trained) : throw new InvalidOperationException($"{trained}\n{Logs()}");
    }

    /// <summary>Waits until a run has finished so many rounds.</summary>
    public async Task RoundsAsync(int rounds)
    {
        for (var look = 0; look < 200; look++)
        {
            var status = await PbmAsync("round", "status", "--json");
            if (status.ExitCode == 0
                && JsonDocument.Parse(status.Output).RootElement.GetProperty("rounds").GetInt32() >= rounds)
            {
                return;
            }

            await Task.Delay(50);
        }

        throw new InvalidOperationException($"No run came to round {rounds}.\n{Logs()}");
    }

    /// <summary>kill -9: no farewell, and nothing is finished.</summary>
    public async Task KillAsync(string member)
    {
        var process = (await File.ReadAllTextAsync(Path.Combine(_home, "run", member + ".pid"))).Split()[0];
        (await Script.OfCommandAsync("kill", "-9", process)).Succeeded();
    }

    public async ValueTask DisposeAsync()
    {
        await Script.RunAsync("scripts/cluster-down.sh", "--home", _home);
        if (Directory.Exists(_home))
        {
            Directory.Delete(_home, recursive: true);
        }
    }

    private static string ModelHash(Script pbm)
        => JsonDocument.Parse(pbm.Output).RootElement.GetProperty("modelHash").GetString()!;

    private Task<Script> PbmAsync(params string[] arguments)
        => Script.RunAsync(
            "pbm", [.. arguments, "--cluster", _url, "--token-file", Path.Combine(_home, "secrets", "operator-token")]);

    private string Logs()
        => string.Join('\n', Directory.GetFiles(Path.Combine(_home, "logs"), "*.log")
            .Select(log => $"---- {Path.GetFileName(log)}\n{string.Join('\n', File.ReadLines(log).TakeLast(40))}"));
}
