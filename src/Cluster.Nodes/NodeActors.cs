using Cohort.Clustering;
using Cohort.Messages;
using Cohort.Nodes.Actors;
using Cohort.Nodes.Training;

namespace Cohort.Nodes;

/// <summary>The actors every node has one of, which its students and leaders share.</summary>
/// <param name="Slots">Takes a student's training.</param>
/// <param name="Models">Provides model versions.</param>
/// <param name="Combiner">Adds up updates.</param>
internal sealed record NodeActors(IActorRef Slots, IActorRef Models, IActorRef Combiner)
{
    /// <summary>The member whose actors they are.</summary>
    public string Member { get; init; } = "";
}

/// <summary>A node: training slots, and the students and leaders that live on it.</summary>
public static class Node
{
    /// <summary>Starts a node's actors and offers its students and leaders to the cluster.</summary>
    /// <param name="system">The process's actor system.</param>
    /// <param name="cluster">The seam; <c>cluster.Self.Slots</c> says how many students train at a time.</param>
    /// <param name="device"><c>cpu</c> or <c>cuda:n</c>.</param>
    /// <param name="open">Loads a run's data.</param>
    public static void Start(ActorSystem system, ICluster cluster, string device, OpenRun open)
    {
        var slots = cluster.Self.Slots;
        var node = new NodeActors(
            system.ActorOf(Props.Create(() => new TrainingSlots(slots, device)), "training-slots"),
            system.ActorOf(Props.Create(() => new ModelCache(cluster, open, false)), "models"),
            system.ActorOf(Props.Create(() => new Combiner(cluster)), "combiner"))
        {
            Member = cluster.Self.Name,
        };
        cluster.StartRegion(Regions.Students, id => Props.Create(() => new Student(id, node)), confirms: true);
        cluster.StartRegion(Regions.Leaders, _ => Props.Create(() => new Leader(cluster, node)));
    }
}
