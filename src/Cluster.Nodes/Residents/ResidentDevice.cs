using Cohort.Clustering;
using Cohort.Messages;
using Cohort.Model.Data;
using Cohort.Nodes.Actors;
using Cohort.Nodes.Training;

namespace Cohort.Nodes.Residents;

/// <summary>
/// A device: the students whose samples lie on it, and what they need to train. It leads no group, and trains nobody else. What leaves it
/// is what a node sends for its students (docs/privacy.md, Who sees what), their names, versions and label counts.
/// </summary>
public static class ResidentDevice
{
    /// <summary>Starts a device's actors; when this returns, its students can be asked.</summary>
    /// <param name="system">The process's actor system.</param>
    /// <param name="cluster">The seam; <c>cluster.Self.Slots</c> says how many students train at a time.</param>
    /// <param name="device"><c>cpu</c> or <c>cuda:n</c>.</param>
    /// <param name="residents">The students.</param>
    /// <param name="secret">From which their noise is drawn.</param>
    /// <param name="name">Begins its actors' names: one process may be several devices.</param>
    /// <exception cref="EntityTakenException">One of them is on another device.</exception>
    public static async Task Start(
        ActorSystem system,
        ICluster cluster,
        string device,
        IReadOnlyList<IResidentSamples> residents,
        DeviceSecret secret,
        string name = "device")
    {
        ArgumentNullException.ThrowIfNull(system);
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(residents);
        var slots = cluster.Self.Slots;
        OpenRun open = definition => DeviceRuns.Open(definition, secret);
        var node = new NodeActors(
            system.ActorOf(Props.Create(() => new TrainingSlots(slots, device)), $"{name}-slots"),
            system.ActorOf(Props.Create(() => new ModelCache(cluster, open, true)), $"{name}-models"),
            system.ActorOf(Props.Create(() => new Combiner(cluster)), $"{name}-combiner"))
        {
            Member = cluster.Self.Name,
        };
        await Task.WhenAll(residents.Select(resident => cluster.StartEntity(
            Regions.Residents, resident.Name, Props.Create(() => new Student(resident, node)))));
        NodeMeter.Residents.Add(residents.Count);
        system.ActorOf(Props.Create(() => new Enrolment(cluster, residents, secret)), $"{name}-enrolment");
    }
}
