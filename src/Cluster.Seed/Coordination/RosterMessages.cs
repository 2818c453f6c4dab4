using Cohort.Messages;
using Cohort.Model.Training;
using Google.Protobuf;

namespace Cohort.Seed.Coordination;

/// <summary>What a run's roster says to nodes, which lead its students' groups, and to devices, which are told of no student but their own.</summary>
internal static class RosterMessages
{
    /// <param name="definition">The run's, without a roster.</param>
    /// <param name="roster">Its students.</param>
    /// <param name="population">The same, as the coordinator has them.</param>
    /// <returns>The roster for nodes, and the whole definition for devices.</returns>
    public static (ResidentRoster ForNodes, RunDefinition ForDevices) Of(RunDefinition definition, Roster roster, Population population)
    {
        var totals = ResidentTotals.Of(roster);
        var forDevices = definition.Clone();
        forDevices.NoiseSecret = ByteString.Empty;
        forDevices.Roster = new ResidentRoster
        {
            Form = SampleFormats.Of(new(population.Data.Shape, population.Data.Classes)),
            Students = totals.Students,
            Samples = totals.Samples,
        };
        forDevices.Roster.Labels.AddRange(totals.Labels);
        var forNodes = forDevices.Roster.Clone();
        forNodes.Residents.AddRange(roster.Residents.Select(
            student => new ResidentStudent { Name = student.Name, Version = student.Version, Samples = student.Samples }));
        return (forNodes, forDevices);
    }
}
