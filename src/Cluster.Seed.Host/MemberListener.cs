using Cohort.Clustering;
using Cohort.Hosting.Logs;
using Cohort.Messages;

namespace Cohort.Seed.Host;

/// <summary>Hears what members say of themselves: their figures, and their logs.</summary>
public sealed class MemberListener : ReceiveActor
{
    private readonly ICluster _cluster;

    /// <param name="cluster">The seam.</param>
    /// <param name="board">Is told the figures.</param>
    /// <param name="logs">Is given the log lines of other members.</param>
    public MemberListener(ICluster cluster, MemberBoard board, LogRing logs)
    {
        _cluster = cluster;
        Receive<MemberFigures>(board.Note);
        Receive<MemberLeft>(left => board.Forget(left.Member));
        Receive<MemberLogged>(line =>
        {
            if (!string.Equals(line.Member, cluster.Self.Name, StringComparison.Ordinal))
            {
                logs.Add(Entry(line));
            }
        });
    }

    protected override void PreStart()
    {
        _cluster.Subscribe(Topics.Figures, Self);
        _cluster.Subscribe(Topics.Logs, Self);
        Context.System.EventStream.Subscribe(Self, typeof(MemberLeft));
    }

    protected override void PostStop() => Context.System.EventStream.Unsubscribe(Self);

    private static LogEntry Entry(MemberLogged line) => new(
        DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(line.UnixMs, 0, 253_402_300_799_999)), // the last moment that a date can have
        line.Level,
        line.Member,
        line.Run,
        line.Category,
        Sentence.Cut(line.Message),
        Cause: null);
}
