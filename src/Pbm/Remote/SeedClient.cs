using System.Net.Http.Json;
using System.Text.Json.Serialization.Metadata;
using Cohort.Seed.Api;
using Cohort.Seed.Privacy;

namespace Cohort.Pbm.Remote;

/// <summary>Everything pbm asks a seed: the routes of <see cref="ApiRoutes"/>, in the records of its contract.</summary>
/// <remarks>Every call throws <see cref="CommandException"/> where the cluster does not answer or says no.</remarks>
internal sealed class SeedClient(ClusterAddress address, Patience patience) : IDisposable
{
    /// <summary>Of a long list; the most that a seed gives at once.</summary>
    private const int PageLength = 1_000;

    private readonly SeedConnection _seed = new(address, patience);

    public ClusterAddress Address => address;

    public Patience Patience => patience;

    public Task<ClusterState> Cluster(CancellationToken stop) => _seed.Get(ApiRoutes.Cluster, ApiJson.Default.ClusterState, stop);

    public Task<IReadOnlyList<ClusterMember>> Nodes(CancellationToken stop)
        => _seed.Get(ApiRoutes.Nodes, ApiJson.Default.IReadOnlyListClusterMember, stop);

    public Task Drain(string node, CancellationToken stop) => _seed.Do(HttpMethod.Post, $"{Node(node)}/drain", stop);

    public Task Leave(string node, CancellationToken stop) => _seed.Do(HttpMethod.Post, $"{Node(node)}/leave", stop);

    public Task<RunState> Start(NewRun run, CancellationToken stop)
        => _seed.Do(
            HttpMethod.Post,
            ApiRoutes.Runs,
            JsonContent.Create(run, ApiJson.Default.NewRun),
            ApiJson.Default.RunState,
            patience.Beginning,
            stop);

    public Task<IReadOnlyList<RunState>> Runs(CancellationToken stop)
        => All(ApiRoutes.Runs, ApiJson.Default.IReadOnlyListRunState, 0, stop);

    public Task<RunState> Run(string run, CancellationToken stop) => _seed.Get(RunPath(run), ApiJson.Default.RunState, stop);

    /// <param name="run">The run.</param>
    /// <param name="after">Rounds to leave out at the beginning.</param>
    /// <param name="stop">Ends the asking.</param>
    public Task<IReadOnlyList<RoundState>> Rounds(string run, int after, CancellationToken stop)
        => All($"{RunPath(run)}/rounds", ApiJson.Default.IReadOnlyListRoundState, after, stop);

    public Task Stop(string run, CancellationToken stop) => _seed.Do(HttpMethod.Post, $"{RunPath(run)}/stop", stop);

    public Task<ReplayedRound> Replay(string run, int round, CancellationToken stop)
        => _seed.Do(
            HttpMethod.Post,
            $"{RunPath(run)}/rounds/{round}/replay",
            null,
            ApiJson.Default.ReplayedRound,
            patience.Replay,
            stop);

    public Task<EventStream<RunNews>> OpenNews(string run, CancellationToken stop)
        => _seed.Open($"{RunPath(run)}/events", ApiJson.Default.RunNews, stop);

    public Task<IReadOnlyList<GroupState>> Groups(string run, CancellationToken stop)
        => _seed.Get($"{RunPath(run)}/groups", ApiJson.Default.IReadOnlyListGroupState, stop);

    public Task<IReadOnlyList<StudentState>> Students(string run, int offset, int limit, CancellationToken stop)
        => _seed.Get($"{RunPath(run)}/students?offset={offset}&limit={limit}", ApiJson.Default.IReadOnlyListStudentState, stop);

    public Task<StudentState> Student(string run, int student, CancellationToken stop)
        => _seed.Get($"{RunPath(run)}/students/{student}", ApiJson.Default.StudentState, stop);

    public Task<IReadOnlyList<ModelState>> Models(CancellationToken stop)
        => All(ApiRoutes.Models, ApiJson.Default.IReadOnlyListModelState, 0, stop);

    public Task<ModelState> Model(string hash, CancellationToken stop)
        => _seed.Get($"{ApiRoutes.Models}/{Segment(hash)}", ApiJson.Default.ModelState, stop);

    public Task Download(ModelState model, Stream to, CancellationToken stop)
        => _seed.Download($"{ApiRoutes.Models}/{Segment(model.Model)}/file", to, model.Bytes, stop);

    /// <summary>Fetches what is missing of a model's file, whose first bytes may be there from an earlier call that broke off.</summary>
    /// <param name="model">Whose file.</param>
    /// <param name="to">What there is; stays what has come where the cluster is lost.</param>
    /// <param name="stop">Ends it.</param>
    /// <returns>How many bytes were there and did not have to come again.</returns>
    public Task<long> Resume(ModelState model, FileStream to, CancellationToken stop)
        => _seed.Resume($"{ApiRoutes.Models}/{Segment(model.Model)}/file", to, model.Bytes, $"\"{model.Model}\"", stop);

    public Task<IReadOnlyList<ScheduleState>> Schedules(CancellationToken stop)
        => _seed.Get(ApiRoutes.Schedules, ApiJson.Default.IReadOnlyListScheduleState, stop);

    public Task<ScheduleState> Schedule(string name, CancellationToken stop)
        => _seed.Get(SchedulePath(name), ApiJson.Default.ScheduleState, stop);

    public Task<ScheduleState> Keep(string name, NewSchedule wish, CancellationToken stop)
        => _seed.Do(
            HttpMethod.Put,
            SchedulePath(name),
            JsonContent.Create(wish, ApiJson.Default.NewSchedule),
            ApiJson.Default.ScheduleState,
            patience.Answer,
            stop);

    /// <param name="name">The schedule's.</param>
    /// <param name="change">pause or resume.</param>
    /// <param name="stop">Ends the asking.</param>
    public Task<ScheduleState> Change(string name, string change, CancellationToken stop)
        => _seed.Do(HttpMethod.Post, $"{SchedulePath(name)}/{change}", null, ApiJson.Default.ScheduleState, patience.Answer, stop);

    public Task Remove(string name, CancellationToken stop) => _seed.Do(HttpMethod.Delete, SchedulePath(name), stop);

    public Task<ScheduleState> RollBack(string name, NewRollBack wish, CancellationToken stop)
        => _seed.Do(
            HttpMethod.Post,
            $"{SchedulePath(name)}/rollback",
            JsonContent.Create(wish, ApiJson.Default.NewRollBack),
            ApiJson.Default.ScheduleState,
            patience.Answer,
            stop);

    public Task<ReleasedModel> Released(string schedule, string? student, CancellationToken stop)
        => _seed.Get(
            $"{SchedulePath(schedule)}/model{(student is null ? "" : $"?student={Uri.EscapeDataString(student)}")}",
            ApiJson.Default.ReleasedModel,
            stop);

    public Task<IReadOnlyList<ReleaseState>> Releases(CancellationToken stop)
        => All(ApiRoutes.Releases, ApiJson.Default.IReadOnlyListReleaseState, 0, stop);

    public Task<PrivacyStatement> Privacy(CancellationToken stop)
        => _seed.Get(ApiRoutes.Privacy, ApiJson.Default.PrivacyStatement, stop);

    public Task<IReadOnlyList<DeadLetterState>> DeadLetters(CancellationToken stop)
        => All(ApiRoutes.DeadLetters, ApiJson.Default.IReadOnlyListDeadLetterState, 0, stop);

    public Task<Affected> ReplayDeadLetters(CancellationToken stop)
        => _seed.Do(
            HttpMethod.Post, $"{ApiRoutes.DeadLetters}/replay", null, ApiJson.Default.Affected, patience.Answer, stop);

    public Task<Affected> PurgeDeadLetters(CancellationToken stop)
        => _seed.Do(HttpMethod.Delete, ApiRoutes.DeadLetters, null, ApiJson.Default.Affected, patience.Answer, stop);

    public Task<EventStream<LogLine>> OpenLogs(CancellationToken stop)
        => _seed.Open(ApiRoutes.Logs, ApiJson.Default.LogLine, stop);

    public void Dispose() => _seed.Dispose();

    /// <summary>A list from its beginning, or from further on, to its end.</summary>
    private async Task<IReadOnlyList<T>> All<T>(
        string path, JsonTypeInfo<IReadOnlyList<T>> type, int offset, CancellationToken stop)
    {
        var all = new List<T>();
        while (true)
        {
            var page = await _seed.Get($"{path}?offset={offset + all.Count}&limit={PageLength}", type, stop);
            all.AddRange(page);
            if (page.Count != PageLength)
            {
                return all;
            }
        }
    }

    private static string Node(string name) => $"{ApiRoutes.Nodes}/{Segment(name)}";

    private static string SchedulePath(string name) => $"{ApiRoutes.Schedules}/{Segment(name)}";

    private static string RunPath(string run) => $"{ApiRoutes.Runs}/{Segment(run)}";

    private static string Segment(string name)
        => name is "" or "." or ".." ? throw new CommandException($"'{name}' is no name.") : Uri.EscapeDataString(name);
}
