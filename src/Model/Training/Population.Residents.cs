using Cohort.Model.Data;
using Cohort.Model.Partitions;

namespace Cohort.Model.Training;

/// <summary>Resident students: who they are is fixed when a run begins, and their samples are on their devices.</summary>
public sealed partial class Population
{
    /// <summary>Who they are; null where students are simulated, and on a device, which is told of no other student.</summary>
    public Roster? Roster { get; private init; }

    /// <summary>As the coordinator sees them.</summary>
    /// <param name="tested">The plan's data, of which only the test samples are used.</param>
    /// <param name="roster">Who they are.</param>
    /// <exception cref="ArgumentException">The roster was made for other classes.</exception>
    public static Population OfRoster(DataSet tested, Roster roster)
    {
        ArgumentNullException.ThrowIfNull(tested);
        return OfRoster(roster, new(tested.Shape, tested.Classes), tested);
    }

    /// <summary>As a node sees them that leads their groups, without data.</summary>
    public static Population OfRoster(Roster roster, SampleForm form)
    {
        ArgumentNullException.ThrowIfNull(form);
        return OfRoster(roster, form, new("resident students", new AbsentSamples(form, 0, ""), new AbsentSamples(form, 0, ""), IsSynthetic: false));
    }

    /// <summary>As a device sees them before it trains: how many there are, and which labels they have together.</summary>
    public static Population OfTotals(SampleForm form, ResidentTotals totals)
    {
        ArgumentNullException.ThrowIfNull(form);
        ArgumentNullException.ThrowIfNull(totals);
        return OfOne(new AbsentSamples(form, 0, ""), 0, totals);
    }

    /// <summary>As a device sees them while one of its students trains.</summary>
    /// <param name="samples">The student's own.</param>
    /// <param name="student">Its number.</param>
    /// <param name="totals">Of all.</param>
    public static Population OfOne(ISampleSet samples, int student, ResidentTotals totals)
    {
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentNullException.ThrowIfNull(totals);
        var form = new SampleForm(samples.Shape, samples.Classes);
        var data = new DataSet("this device's", samples, new AbsentSamples(form, 0, ""), IsSynthetic: false);
        return new(data, Partition.OfOne(student, totals.Students, samples.Count), Partition.OfOne(student, totals.Students, 0), totals);
    }

    private static Population OfRoster(Roster roster, SampleForm form, DataSet data)
    {
        ArgumentNullException.ThrowIfNull(roster);
        if (roster.Residents[0].Labels.Count != form.Classes.Count)
        {
            throw new ArgumentException(
                $"The roster counts {roster.Residents[0].Labels.Count} classes, and the plan's data has {form.Classes.Count}; the data is not what "
                + "the run began with. Start a run anew (--fresh).");
        }

        int[] sizes = [.. roster.Residents.Select(student => student.Samples)];
        var totals = ResidentTotals.Of(roster);
        var absent = new AbsentSamples(form, (int)totals.Samples, roster.Digest);
        return new(data with { Train = absent }, Partition.OfSizes(sizes), Partition.OfSizes(new int[sizes.Length]), totals) { Roster = roster };
    }
}

/// <summary>What a device is told of a run's students: nothing of any one of them.</summary>
/// <param name="Students">How many they are.</param>
/// <param name="Samples">How many samples they train on together.</param>
/// <param name="Labels">How many of each class, as they were reported: shape [classes].</param>
public sealed record ResidentTotals(int Students, long Samples, IReadOnlyList<long> Labels)
{
    public static ResidentTotals Of(Roster roster)
    {
        ArgumentNullException.ThrowIfNull(roster);
        return new(roster.Residents.Count, roster.Residents.Sum(student => (long)student.Samples), roster.LabelTotals());
    }
}
