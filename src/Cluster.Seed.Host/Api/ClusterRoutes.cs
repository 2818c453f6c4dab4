using System.Runtime.CompilerServices;
using Cohort.Hosting.Membership;
using Cohort.Messages;
using Cohort.Seed.Api;

namespace Cohort.Seed.Host.Api;

/// <summary>The cluster itself: members, dead letters, logs.</summary>
internal static class ClusterRoutes
{
    private const int WaitsForObedience = 100;

    private static readonly TimeSpan WaitForObedience = TimeSpan.FromMilliseconds(100);

    public static void MapCluster(this IEndpointRouteBuilder routes, SeedServices seed)
    {
        routes.MapGet(ApiRoutes.Cluster, () => State(seed))
            .Needs(ApiRole.Viewer).WithSummary("Who is in, what is under way, and the figures of /metrics.");
        routes.MapGet(ApiRoutes.Nodes, () => Members(seed).Where(member => member is { Slots: > 0, Role: not "device" }).ToList())
            .Needs(ApiRole.Viewer).WithSummary("The members that train.");
        routes.MapPost(ApiRoutes.Nodes + "/{node}/drain", (string node, CancellationToken stop) => Order(node, leave: false, seed, stop))
            .Needs(ApiRole.Operator).WithSummary("A node takes no new students.");
        routes.MapPost(ApiRoutes.Nodes + "/{node}/leave", (string node, CancellationToken stop) => Order(node, leave: true, seed, stop))
            .Needs(ApiRole.Operator).WithSummary("A node drains, leaves, and its process ends.");
        routes.MapGet(ApiRoutes.DeadLetters, (int? offset, int? limit, CancellationToken stop) => Dead(seed, offset, limit, stop))
            .Needs(ApiRole.Viewer).WithSummary("Messages that could not be dealt with.");
        routes.MapPost(
                ApiRoutes.DeadLetters + "/replay",
                async (CancellationToken stop) => new Affected(await seed.Operations.ReplayDeadLettersAsync(stop)))
            .Needs(ApiRole.Operator).WithSummary("Send all dead letters to where they were meant to go.");
        routes.MapDelete(
                ApiRoutes.DeadLetters,
                async (CancellationToken stop) => new Affected(await seed.Operations.PurgeDeadLettersAsync(stop)))
            .Needs(ApiRole.Operator).WithSummary("Throw all dead letters away.");
        routes.MapGet(
                ApiRoutes.Logs,
                (int? tail, bool? follow, HttpContext context, IHostApplicationLifetime life) => Logs(seed, tail, follow, context, life))
            .Needs(ApiRole.Operator).WithSummary("The members' newest log lines, and new ones, as server-sent events of LogLine.");
    }

    private static ClusterState State(SeedServices seed)
    {
        var running = seed.Feed.Board.Run;
        return new(
            seed.Options.Member,
            seed.Feed.IsLeading,
            Members(seed),
            running.Length > 0 ? seed.StateOf(running) : null,
            RoundOf(seed.Feed),
            seed.Figures.Read().ToDictionary(
                figure => figure.Tags.Length > 0 ? $"{figure.Name}{{{figure.Tags}}}" : figure.Name,
                figure => figure.Value,
                StringComparer.Ordinal));
    }

    private static RoundProgress? RoundOf(RunFeed feed)
        => feed.Board is { Run.Length: > 0 } board
            ? new(board.Phase, board.Round, feed.RoundAge.TotalSeconds, board.Asked, board.Reported)
            : null;

    private static List<ClusterMember> Members(SeedServices seed)
        =>
        [
            .. seed.Operations.Members
                .Select(state => new ClusterMember(
                    state.Member.Name,
                    state.Role,
                    state.Member.Slots,
                    state.Member.Incarnation,
                    state.IsDraining,
                    seed.Board.Of(state.Member) is { } figures ? WorkOf(figures) : null))
                .OrderBy(member => member.Name, StringComparer.Ordinal),
        ];

    private static MemberWork WorkOf(MemberFigures figures) => new(
        figures.SlotsBusy,
        figures.StudentsWaiting,
        figures.StudentsTrained,
        figures.StudentsFailed,
        figures.UpdateBytes,
        figures.BytesIn,
        figures.BytesOut,
        figures.Redelivered,
        figures.Refused,
        figures.DeadLetters,
        figures.Residents);

    /// <summary>Tells a node until it is seen to obey: one that has just joined may not hear yet.</summary>
    private static async Task<ClusterMember> Order(string node, bool leave, SeedServices seed, CancellationToken stop)
    {
        var member = Find(node, seed) ?? throw ApiException.NotFound($"There is no node '{node}'; GET {ApiRoutes.Nodes} lists them.");
        if (!string.Equals(member.Role, "node", StringComparison.Ordinal))
        {
            throw ApiException.Conflict($"'{node}' is a {member.Role}, which neither drains nor leaves by order; stop its process.");
        }

        var order = new MemberOrder { Member = node, Leave = leave };
        seed.Operations.Cluster.Publish(Topics.Orders, order);
        for (var wait = 1; wait <= WaitsForObedience; wait++)
        {
            await Task.Delay(WaitForObedience, stop);
            if (Find(node, seed) is not { Draining: false })
            {
                return member with { Draining = true };
            }

            if (wait % 10 == 0)
            {
                seed.Operations.Cluster.Publish(Topics.Orders, order);
            }
        }

        throw ApiException.Unavailable($"Node '{node}' does not obey; look at its log, or stop its process.");
    }

    private static ClusterMember? Find(string node, SeedServices seed)
        => Members(seed).Find(each => string.Equals(each.Name, node, StringComparison.Ordinal));

    private static async Task<IReadOnlyList<DeadLetterState>> Dead(
        SeedServices seed, int? offset, int? limit, CancellationToken stop)
    {
        var letters = await seed.Operations.ReadDeadLettersAsync(Paging.MostAtOnce, stop);
        return [.. letters.Page(offset, limit).Select(Shown)];
    }

    private static DeadLetterState Shown(DeadMessage letter) => new(
        letter.Type, letter.Reason, letter.Queue, letter.Target, letter.Run, letter.Round, letter.Bytes, letter.Time);

    private static async Task Logs(
        SeedServices seed, int? tail, bool? follow, HttpContext context, IHostApplicationLifetime life)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, life.ApplicationStopping);
        await EventStream.Send(
            context, Lines(seed, Math.Max(0, tail ?? 100), follow ?? true, stop.Token), ApiJson.Default.LogLine, stop.Token);
    }

    private static async IAsyncEnumerable<LogLine> Lines(
        SeedServices seed, int tail, bool follow, [EnumeratorCancellation] CancellationToken stop)
    {
        await foreach (var entry in seed.Logs.Read(tail, follow, stop))
        {
            yield return new LogLine(entry.Time, entry.Level, entry.Member, entry.Category, entry.Message);
        }
    }
}
