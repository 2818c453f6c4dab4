using Cohort.Federation;
using Cohort.Messages;
using Cohort.Model.Data;
using Cohort.Model.Plans;
using Cohort.Model.Training;
using Cohort.Nodes.Residents;

namespace Cohort.Nodes;

/// <summary>Opens runs with the data that lies in this node's data folder.</summary>
/// <param name="populations">Reads and keeps it.</param>
public sealed class NodeData(PlannedPopulations populations)
{
    /// <summary>A run's context, if this node has the run's data.</summary>
    /// <exception cref="Model.Data.DataFormatException">There is no usable data of the run's name here.</exception>
    /// <exception cref="InvalidDataException">Other data lies here under that name.</exception>
    /// <exception cref="PlanException">The run's plan is none.</exception>
    public RunContext Open(RunDefinition definition)
    {
        var plan = Plan.Parse(definition.PlanJson, $"run {definition.Run}");
        var noise = NoiseSecret.FromBytes(definition.NoiseSecret.Span);
        if (plan.IsResident)
        {
            return new RunContext(definition.Run, plan, Population.OfRoster(RosterOf(definition), FormOf(definition)), noise);
        }

        var population = populations.Of(plan, definition.Data.Length == 0 ? null : definition.Data);
        var digest = population.Data.Digest;
        if (!string.Equals(digest, definition.DataDigest, StringComparison.Ordinal))
        {
            throw new InvalidDataException(
                $"This node's data '{population.Data.Name}' is not what run {definition.Run} trains on (digest {Short(digest)}, "
                + $"expected {Short(definition.DataDigest)}); copy the seed's data into this node's data folder.");
        }

        return new RunContext(definition.Run, plan, population, noise);
    }

    /// <summary>Of resident students a node, which leads their groups, knows names, versions and sizes; and it needs no data.</summary>
    private static Roster RosterOf(RunDefinition definition)
    {
        try
        {
            var none = new int[definition.Roster?.Form?.Classes.Count ?? 0];
            return Roster.Of(definition.Roster?.Residents.Select(
                resident => new Resident(resident.Name, resident.Version, resident.Samples, none)) ?? []);
        }
        catch (ArgumentException problem)
        {
            throw new InvalidDataException($"Run {definition.Run} has no usable roster of resident students: {problem.Message}", problem);
        }
    }

    private static SampleForm FormOf(RunDefinition definition) => DeviceRuns.FormOf(definition.Roster.Form);

    private static string Short(string digest) => digest.Length <= 12 ? digest : digest[..12];
}
