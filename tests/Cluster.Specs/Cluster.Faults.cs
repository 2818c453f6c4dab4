using Cohort.Deployment.Tests;

namespace Cohort.Specs;

/// <summary>What can happen to a member or the broker, and how it is mended.</summary>
internal sealed partial class Cluster
{
    private readonly HashSet<string> _paused = new(StringComparer.Ordinal);
    private string[] _nodes = [];

    /// <summary>kill -9: no farewell, and nothing is finished.</summary>
    public async Task KillAsync(string process)
    {
        await SignalAsync(process, "KILL");
        await UntilAsync($"{process} is gone", () => Task.FromResult(IsRunning(process) ? null : process));
    }

    /// <summary>kill -9 of a node when the round under way is known to wait for it.</summary>
    public async Task KillInMidRoundAsync(string run, string node)
    {
        await PauseAsync(node);
        await StandsStillAsync(run);
        _paused.Remove(node);
        await KillAsync(node);
    }

    /// <summary>SIGSTOP: it does nothing, and its connections stay open.</summary>
    public async Task PauseAsync(string process)
    {
        await SignalAsync(process, "STOP");
        _paused.Add(process);
    }

    /// <summary>SIGCONT: it goes on as if no time had passed.</summary>
    public async Task ResumeAsync(string process)
    {
        await SignalAsync(process, "CONT");
        _paused.Remove(process);
    }

    /// <summary>A member comes up, whether new or lost before.</summary>
    /// <param name="member">Which.</param>
    /// <param name="clock">Its wall clock; null: the machine's.</param>
    public async Task AddAsync(string member, FakeClock? clock = null)
    {
        if (clock is null)
        {
            (await Script.RunAsync("scripts/cluster-member.sh", "up", member, "--home", _home)).Succeeded();
            return;
        }

        // The member alone, not the script, which measures its patience by the wall clock.
        var program = PathOf(member + "-under-clock");
        await File.WriteAllTextAsync(
            program, $"#!/bin/sh\nexec env {string.Join(' ', clock.Settings)} {Checkout.PathOf("artifacts/node/cohort-node")}\n");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        (await Script.OfCommandAsync(
            "env", $"COHORT_NODE_PROGRAM={program}", "bash", "scripts/cluster-member.sh", "up", member, "--home", _home)).Succeeded();
    }

    /// <summary>A node finishes what it trains and leaves.</summary>
    public async Task RemoveAsync(string member)
        => (await Script.RunAsync("scripts/cluster-member.sh", "down", member, "--home", _home)).Succeeded();

    /// <summary>A node takes no more students: pbm cluster drain.</summary>
    public async Task DrainAsync(string node) => (await PbmAsync("cluster", "drain", node)).Succeeded();

    public async Task RestartBrokerAsync()
    {
        (await Script.RunAsync("scripts/broker/down.sh", _home)).Succeeded();
        await StartBrokerAsync();
    }

    /// <summary>Whatever of the broker does not run comes up.</summary>
    public async Task StartBrokerAsync() => (await Script.RunAsync("scripts/broker/up.sh", _home)).Succeeded();

    /// <summary>kill -9 of all that PostgreSQL consists of, and a start from what it had on disk.</summary>
    public async Task RestartLedgerAsync()
    {
        await KillAsync("postgres");
        await StartLedgerAsync();
    }

    private async Task StartLedgerAsync() => (await Script.RunAsync("scripts/postgres/up.sh", _home)).Succeeded();

    /// <summary>A member's connection to the broker is reset; it may connect again at once.</summary>
    public async Task CutConnectionAsync(string member)
    {
        var proxy = _proxy ?? throw new InvalidOperationException("Members of a broker of several nodes have no proxy.");
        await UntilAsync($"{member} has a connection that can be cut", () => Task.FromResult(proxy.Cut(member) ? member : null));
    }

    /// <summary>Back to one seed or two, and the nodes it began with, all running and in.</summary>
    private async Task HealAsync()
    {
        await ResumeAllAsync();
        if (File.Exists(PathOf("postgres", "connection")) && !IsRunning("postgres"))
        {
            await StartLedgerAsync();
        }

        if (_nodes.Length == 0)
        {
            _nodes = [.. Members("node").Select(node => node.Name)];
        }

        foreach (var line in await File.ReadAllLinesAsync(PathOf("members")))
        {
            var name = line.Split(' ')[0];
            var isOurs = name.StartsWith("seed", StringComparison.Ordinal) || _nodes.Contains(name, StringComparer.Ordinal);
            if (isOurs && !IsRunning(name))
            {
                await AddAsync(name);
            }
            else if (!isOurs && IsRunning(name))
            {
                await RemoveAsync(name);
            }
        }

        await NodesAsync(_nodes);
        await StopRunsAsync();
    }

    /// <summary>A spec that failed may have left one.</summary>
    private async Task StopRunsAsync()
    {
        if (await AskAsync<List<RunState>>("api/v1/runs?limit=1") is [{ Status: "running" } running])
        {
            await PbmAsync("round", "stop", running.Run);
            await UntilAsync($"run {running.Run} stops", async () => await RunAsync(running.Run) is { Status: not "running" } now ? now : null);
        }
    }

    private async Task ResumeAllAsync()
    {
        foreach (var process in _paused.ToList())
        {
            await ResumeAsync(process);
        }
    }

    private async Task SignalAsync(string process, string signal)
        => (await Script.OfCommandAsync("kill", "-" + signal, ProcessOf(process).Id)).Succeeded();

    private bool IsRunning(string process)
    {
        try
        {
            // As scripts/processes.sh: the start time tells a process from a later one with its number.
            var (id, started) = ProcessOf(process);
            var stat = File.ReadAllText($"/proc/{id}/stat").Split(") ")[^1].Split(' ');
            return stat[0] is not "Z" && string.Equals(stat[19], started, StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }

    private (string Id, string Started) ProcessOf(string name)
    {
        var parts = File.ReadAllText(PathOf("run", name + ".pid")).Split();
        return (parts[0], parts[1]);
    }
}
