using Cohort.Model.Data;
using Cohort.Model.Networks;
using Cohort.Model.Partitions;
using Cohort.Model.Plans;
using Cohort.Model.Randomness;

namespace Cohort.Model.Training;

/// <summary>
/// The students of a plan and what each of them has: a function of plan, seed and data, so that every node rebuilds the same.
/// A student is an index here, and costs a few bytes until a slot trains it.
/// </summary>
public sealed class Population
{
    private readonly Lazy<double[]> _classShares;

    private Population(DataSet data, Partition partition)
    {
        Data = data;
        Partition = partition;
        _classShares = new(() => LabelShares.Of(data.Train, Enumerable.Range(0, data.Train.Count)));
    }

    public DataSet Data { get; }

    public Partition Partition { get; }

    public int Students => Partition.Students;

    /// <summary>Each class's share of everybody's training samples.</summary>
    public IReadOnlyList<double> ClassShares => _classShares.Value;

    /// <summary>Assigns the training samples to the plan's students.</summary>
    /// <exception cref="ArgumentException">The plan asks for a partition that this data cannot give.</exception>
    public static Population Create(Plan plan, DataSet data)
    {
        var students = plan.Students;
        var random = KeyedRandom.For((ulong)plan.Seed, Purpose.Partition);
        var partition = students.Partition switch
        {
            PartitionKind.Iid => Partition.Iid(data.Train, students.Count, random),
            PartitionKind.Dirichlet => Partition.Dirichlet(data.Train, students.Count, students.Alpha, random),
            PartitionKind.Shards => Partition.Shards(data.Train, students.Count, students.ShardsPerStudent, random),
            PartitionKind.ByPerson => Partition.ByPerson(data.Train),
            _ => throw new ArgumentOutOfRangeException(nameof(plan), students.Partition, "Unknown partition."),
        };
        return new(data, partition);
    }

    /// <summary>The same students and samples, whose training labels somebody takes for others.</summary>
    public Population WithLabels(Func<int, int> labelOf)
        => new(Data with { Train = new RelabelledSamples(Data.Train, labelOf) }, Partition);

    /// <summary>The network a plan trains on this data.</summary>
    public NetworkSpec NetworkOf(Plan plan) => new(plan.Network, Data.Train.Shape, Data.Train.Classes.Count);

    /// <summary>
    /// A student's weight in the average: its samples (McMahan et al. 2017), but 1 where clipping bounds everybody's influence
    /// alike.
    /// </summary>
    public int WeightOf(int student, Plan plan) => plan.Privacy.Clip is null ? Partition.SizeOf(student) : 1;
}
