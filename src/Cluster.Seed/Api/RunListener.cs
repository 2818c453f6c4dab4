using Cohort.Clustering;
using Cohort.Messages;
using Cohort.Seed.Coordination;

namespace Cohort.Seed.Api;

/// <summary>Hears the cluster's news for this seed's <see cref="RunFeed"/>.</summary>
public sealed class RunListener : ReceiveActor
{
    private readonly ICluster _cluster;

    /// <param name="cluster">The seam.</param>
    /// <param name="feed">Is told everything.</param>
    /// <param name="running">Is told the run under way, empty for none, whenever that changes.</param>
    public RunListener(ICluster cluster, RunFeed feed, Action<string> running)
    {
        _cluster = cluster;
        Receive<RunStep>(step =>
        {
            feed.Note(step);
            running(feed.Board.Run);
        });
        Receive<StudentReported>(feed.Note);
        Receive<RunProgress>(feed.Note);
        Receive<DeskOpened>(_ => (feed.IsLeading, feed.DeskProblem) = (true, null));
        Receive<DeskUnusable>(desk => feed.DeskProblem = desk.Problem);
        Receive<DeskClosed>(_ => (feed.IsLeading, feed.DeskProblem) = (false, null));
        Receive<TrainingRefused>(_ => { });
    }

    protected override void PreStart()
    {
        _cluster.Subscribe(Topics.News, Self);
        _cluster.Subscribe(Topics.Progress, Self);
    }

    protected override void PostStop() => Context.System.EventStream.Unsubscribe(Self);
}
