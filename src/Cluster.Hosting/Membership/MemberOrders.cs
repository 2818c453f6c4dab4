using Cohort.Clustering;
using Cohort.Messages;

namespace Cohort.Hosting.Membership;

/// <summary>Hears what operators order members to do, and obeys what is meant for this one, once.</summary>
public sealed class MemberOrders : ReceiveActor
{
    private readonly ICluster _cluster;

    /// <param name="cluster">The seam.</param>
    /// <param name="obey">Is told true to leave, false to drain; must return at once.</param>
    public MemberOrders(ICluster cluster, Action<bool> obey)
    {
        _cluster = cluster;
        var isDraining = false;
        var isLeaving = false;
        Receive<MemberOrder>(order =>
        {
            var isNew = order.Leave ? !isLeaving : !isDraining;
            if (isNew && string.Equals(order.Member, cluster.Self.Name, StringComparison.Ordinal))
            {
                (isDraining, isLeaving) = (true, isLeaving || order.Leave);
                obey(order.Leave);
            }
        });
    }

    protected override void PreStart() => _cluster.Subscribe(Topics.Orders, Self);
}
