using System.Threading.Channels;
using Cohort.Clustering;
using Cohort.Messages;
using Cohort.Seed.Coordination;

namespace Cohort.Seed.Api;

/// <summary>How the run under way stands, as this seed has heard; and everything that happens, for whoever follows.</summary>
/// <param name="Run">Empty: none is under way.</param>
/// <param name="Phase">idle, loading, grouping, training.</param>
/// <param name="Round">The round under way; 0 for none.</param>
/// <param name="Asked">Students asked in it.</param>
/// <param name="Reported">Students who have reported.</param>
/// <param name="Since">When the round began, as a timestamp of the feed's clock.</param>
public sealed record RunBoard(string Run, string Phase, int Round, int Asked, int Reported, long Since)
{
    public static RunBoard Idle { get; } = new("", "idle", 0, 0, 0, 0);
}

/// <summary>Passes the cluster's news to this seed's web clients. May be used by several threads.</summary>
public sealed class RunFeed(TimeProvider time)
{
    /// <summary>
    /// A client that is so many events behind misses the oldest; the last ones, which end a run, always reach it.
    /// </summary>
    private const int Backlog = 4_096;

    private readonly Lock _gate = new();
    private readonly HashSet<(int IntraRound, int Student)> _reported = [];
    private readonly List<(string Run, Channel<RunNews> News)> _followers = [];
    private volatile RunBoard _board = RunBoard.Idle;

    public RunBoard Board => _board;

    /// <summary>True while the run desk is in this process.</summary>
    public bool IsLeading { get; set; }

    /// <summary>What keeps the run desk, which is in this process, from its work; null for nothing.</summary>
    public string? DeskProblem { get; set; }

    public TimeSpan RoundAge => _board is { Round: > 0, Since: var since } ? time.GetElapsedTime(since) : TimeSpan.Zero;

    /// <summary>Starts an actor that hears the news; what a run desk that starts afterwards says of itself is heard.</summary>
    /// <param name="system">Where.</param>
    /// <param name="cluster">Whose news.</param>
    /// <param name="running">Is told the run under way, empty for none, whenever that changes.</param>
    public IActorRef Listen(ActorSystem system, ICluster cluster, Action<string> running)
    {
        var feed = this;
        var listener = system.ActorOf(Props.Create(() => new RunListener(cluster, feed, running)), "run-listener");
        foreach (var happened in new[] { typeof(DeskOpened), typeof(DeskUnusable), typeof(DeskClosed) })
        {
            system.EventStream.Subscribe(listener, happened);
        }

        return listener;
    }

    /// <summary>Everything about a run from now on; to be given to <see cref="Unfollow"/> in the end.</summary>
    public ChannelReader<RunNews> Follow(string run)
    {
        var channel = Channel.CreateBounded<RunNews>(
            new BoundedChannelOptions(Backlog) { FullMode = BoundedChannelFullMode.DropOldest });
        lock (_gate)
        {
            _followers.Add((run, channel));
        }

        return channel.Reader;
    }

    public void Unfollow(ChannelReader<RunNews> news)
    {
        lock (_gate)
        {
            _followers.RemoveAll(follower => follower.News.Reader == news);
        }
    }

    public void Note(RunProgress progress)
    {
        lock (_gate)
        {
            if (_board == RunBoard.Idle)
            {
                var since = time.GetTimestamp() - (long)(progress.RoundAgeMs / 1000.0 * time.TimestampFrequency);
                _board = new(progress.Run, progress.Phase, progress.Round, progress.Asked, 0, since);
            }
        }
    }

    public void Note(StudentReported report)
    {
        lock (_gate)
        {
            if (!string.Equals(report.Key.Run, _board.Run, StringComparison.Ordinal)
                || report.Key.Round != _board.Round
                || !_reported.Add((report.IntraRound, report.Student)))
            {
                return;
            }

            _board = _board with { Reported = _board.Reported + 1 };
            Tell(new RunNews(_board.Run, "studentReported", _board.Round, _board.Asked, _board.Reported));
        }
    }

    public void Note(RunStep step)
    {
        lock (_gate)
        {
            switch (step.Kind)
            {
                case RunStep.Types.Kind.Started:
                    _board = new(step.Run, "grouping", 0, 0, 0, 0);
                    Tell(new RunNews(step.Run, "started", step.Round));
                    break;
                case RunStep.Types.Kind.RoundStarted:
                    _reported.Clear();
                    _board = new(step.Run, "training", step.Round, step.Asked, 0, time.GetTimestamp());
                    Tell(new RunNews(step.Run, "roundStarted", step.Round, step.Asked));
                    break;
                case RunStep.Types.Kind.RoundFinished:
                    Tell(new RunNews(step.Run, "roundFinished", step.Round));
                    break;
                case RunStep.Types.Kind.Finished:
                case RunStep.Types.Kind.Stopped:
                case RunStep.Types.Kind.Failed:
                    End(step);
                    break;
            }
        }
    }

    private void End(RunStep step)
    {
        _board = RunBoard.Idle;
        _reported.Clear();
        Tell(new RunNews(step.Run, step.Kind.ToString().ToLowerInvariant(), step.Round));
    }

    private void Tell(RunNews news)
    {
        foreach (var (run, channel) in _followers)
        {
            if (string.Equals(run, news.Run, StringComparison.Ordinal))
            {
                channel.Writer.TryWrite(news);
            }
        }
    }
}
