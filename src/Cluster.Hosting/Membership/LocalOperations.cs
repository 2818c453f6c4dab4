using Cohort.Clustering;

namespace Cohort.Hosting.Membership;

/// <summary>A cluster that is this process: nobody can leave it, and its dead letters are in the log.</summary>
/// <param name="cluster">The seam.</param>
/// <param name="role">What the process is: seed.</param>
public sealed class LocalOperations(LocalCluster cluster, string role) : IClusterOperations
{
    private volatile bool _draining;

    public ICluster Cluster => cluster;

    public bool IsConnected => true;

    public bool IsIn => true;

    public IReadOnlyList<MemberState> Members => [new(cluster.Self, role, _draining)];

    public Task DrainAsync(TimeSpan deadline)
    {
        _draining = true;
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<DeadMessage>> ReadDeadLettersAsync(int limit, CancellationToken stop)
        => Task.FromResult<IReadOnlyList<DeadMessage>>([]);

    public Task<int> ReplayDeadLettersAsync(CancellationToken stop) => Task.FromResult(0);

    public Task<int> PurgeDeadLettersAsync(CancellationToken stop) => Task.FromResult(0);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
