using System.Net.Http.Json;
using System.Text.Json;
using Cohort.Deployment.Tests;

namespace Cohort.Specs;

/// <summary>A run as a seed tells of it.</summary>
internal sealed record RunState(string Run, string Status, int Rounds, string Model, string? Reason);

/// <summary>A finished round.</summary>
internal sealed record RoundState(
    int Round, string Model, string Parent, IReadOnlyList<int> Participants, IReadOnlyList<int> Failed, IReadOnlyList<int> Missing);

/// <summary>A process of the cluster.</summary>
internal sealed record MemberState(string Name, string Role, bool Draining);

internal sealed record ClusterState(string Seed, bool Leading, IReadOnlyList<MemberState> Members);

/// <summary>Runs, and what the seeds know.</summary>
internal sealed partial class Cluster
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(50);

    /// <summary>The hash of the model that one process makes of a plan, with no cluster.</summary>
    public async Task<string> ModelOfOneProcessAsync(params string[] plan)
    {
        var alone = PathOf("alone-" + Guid.NewGuid().ToString("N"));
        var run = (await Script.RunAsync("pbm", ["run", .. plan, "--json", "--home", alone])).Succeeded();
        return JsonDocument.Parse(run.Output).RootElement.GetProperty("modelHash").GetString()!;
    }

    /// <summary>Has the cluster train a plan, and returns when it has: pbm round start --wait.</summary>
    /// <returns>The hash of the model.</returns>
    public async Task<string> TrainAsync(params string[] plan)
    {
        var trained = (await PbmAsync(["round", "start", .. plan, "--wait", "--json"])).Succeeded();
        return JsonDocument.Parse(trained.Output).RootElement.GetProperty("modelHash").GetString()!;
    }

    /// <summary>Has the cluster begin to train a plan.</summary>
    /// <returns>The run.</returns>
    public async Task<string> BeginAsync(params string[] plan)
    {
        var begun = (await PbmAsync(["round", "start", .. plan, "--fresh", "--json"])).Succeeded();
        return JsonDocument.Parse(begun.Output).RootElement.GetProperty("run").GetString()!;
    }

    /// <summary>Waits until a run has finished so many rounds, and goes on: what follows happens in the middle of a round.</summary>
    public async Task RoundsAsync(string run, int rounds)
    {
        if (!await GoesOnAfterAsync(run, rounds))
        {
            throw new InvalidOperationException($"Run {run} was over when {Count(rounds)} rounds were seen; the spec expected it to go on.");
        }
    }

    /// <summary>
    /// Waits until a run has finished so many rounds more than it had when this was called: of rounds counted from the run's
    /// beginning, any number may be over by the time that a fault strikes.
    /// </summary>
    public async Task MoreRoundsAsync(string run, int rounds)
    {
        var now = await UntilAsync($"a seed knows run {run}", () => RunAsync(run));
        await RoundsAsync(run, now.Rounds + rounds);
    }

    /// <summary>Waits until a run has finished so many rounds.</summary>
    /// <returns>False if it is over.</returns>
    public async Task<bool> GoesOnAfterAsync(string run, int rounds)
        => (await UntilAsync(
            $"run {run} has finished {Count(rounds)} rounds",
            async () => await RunAsync(run) is { } now && (now.Rounds >= rounds || now.Status is not "running") ? now : null))
            .Status is "running";

    /// <summary>Waits until a run has not got on for a second, which is many rounds of <see cref="Plans.Short"/>.</summary>
    public async Task StandsStillAsync(string run)
    {
        var (rounds, unchanged) = (-1, TimeSpan.Zero);
        await UntilAsync(
            $"run {run} stands still",
            async () =>
            {
                if (await RunAsync(run) is { } state)
                {
                    unchanged = state.Rounds == rounds ? unchanged + BetweenLooks : TimeSpan.Zero;
                    rounds = state.Rounds;
                }

                return unchanged.TotalSeconds >= 1 ? run : null;
            });
    }

    /// <summary>Waits until a run is over.</summary>
    /// <returns>The hash of its model.</returns>
    public async Task<string> EndAsync(string run)
    {
        var ended = await UntilAsync(
            $"run {run} ends", async () => await RunAsync(run) is { Status: not "running" } now ? now : null, seconds: 150);
        return ended.Status is "finished"
            ? ended.Model
            : throw new InvalidOperationException($"Run {run} is {ended.Status} after {ended.Rounds} rounds: {ended.Reason}");
    }

    /// <summary>Has a finished round trained once more; fails unless that gives the recorded model.</summary>
    public async Task ReplayAsync(string run, int round)
        => (await PbmAsync(["round", "replay", Count(round), "--run", run])).Succeeded();

    /// <summary>A run's finished rounds.</summary>
    public async Task<IReadOnlyList<RoundState>> RoundsOfAsync(string run)
        => await AskAsync<List<RoundState>>($"api/v1/runs/{run}/rounds?limit=1000")
            ?? throw new InvalidOperationException($"No seed answers about the rounds of run {run}.");

    /// <summary>Waits until exactly these nodes, in any order, are in and take students.</summary>
    public Task NodesAsync(params string[] nodes)
        => UntilAsync(
            $"the nodes that take students are {string.Join(", ", nodes)}",
            async () => await AskAsync<ClusterState>("api/v1/cluster") is { } state
                && state.Members.Where(member => member is { Role: "node", Draining: false }).Select(member => member.Name)
                    .ToHashSet(StringComparer.Ordinal).SetEquals(nodes)
                    ? state
                    : null);

    /// <summary>The seed in which the coordinator runs.</summary>
    public async Task<string> LeadingSeedAsync()
        => await UntilAsync("a seed leads", async () => (await LeadingSeedsAsync()).FirstOrDefault());

    /// <summary>Waits until one seed leads and this one does not: one that was paused learns only then that it was replaced.</summary>
    public Task GivesWayAsync(string seed)
        => UntilAsync(
            $"a single seed leads, and it is not {seed}",
            async () => await LeadingSeedsAsync() is [var leader] && !leader.Equals(seed, StringComparison.Ordinal) ? leader : null);

    private async Task<List<string>> LeadingSeedsAsync()
    {
        var states = await Task.WhenAll(Members("seed").Select(seed => AskAsync<ClusterState>(seed.Url, "api/v1/cluster")));
        return [.. states.OfType<ClusterState>().Where(state => state.Leading).Select(state => state.Seed)];
    }

    private Task<RunState?> RunAsync(string run) => AskAsync<RunState>($"api/v1/runs/{run}");

    private Task<Script> PbmAsync(params string[] arguments)
        => Script.RunAsync("pbm", [.. arguments, "--cluster", Members("seed").First().Url, "--token-file", TokenFile]);

    /// <summary>The first answer of any seed: one that is paused would have the spec wait, and rounds pass meanwhile.</summary>
    private async Task<T?> AskAsync<T>(string path)
        where T : class
    {
        await foreach (var asked in Task.WhenEach(Members("seed").Select(seed => AskAsync<T>(seed.Url, path))))
        {
            if (await asked is { } answer)
            {
                return answer;
            }
        }

        return null;
    }

    private async Task<T?> AskAsync<T>(string url, string path)
        where T : class
    {
        try
        {
            return await _http.GetFromJsonAsync<T>($"{url}/{path}");
        }
        catch (Exception silence) when (silence is HttpRequestException or TaskCanceledException)
        {
            return null; // it is down, or does not know yet
        }
    }

    /// <summary>Members of a role that run, by name, with their addresses.</summary>
    private IEnumerable<(string Name, string Url)> Members(string role)
        => File.ReadLines(PathOf("members")).Select(line => line.Split(' '))
            .Where(member => member[0].StartsWith(role, StringComparison.Ordinal) && IsRunning(member[0]))
            .Select(member => (member[0], member[1]));

    private static async Task<T> UntilAsync<T>(string what, Func<Task<T?>> look, int seconds = 60)
        where T : class
    {
        for (var waited = TimeSpan.Zero; waited.TotalSeconds < seconds; waited += BetweenLooks)
        {
            if (await look() is { } seen)
            {
                return seen;
            }

            await Task.Delay(BetweenLooks);
        }

        throw new InvalidOperationException($"It did not come to pass that {what}.");
    }
}
