using System.Collections.Concurrent;
using Cohort.Model.Data;
using Cohort.Model.Data.Texts;
using Cohort.Model.Networks;
using Cohort.Model.Partitions;
using Cohort.Model.Plans;
using Cohort.Model.Randomness;

namespace Cohort.Model.Training;

/// <summary>
/// The students of a plan and what each of them has: a function of plan, seed and data, so that every node rebuilds the same.
/// A student is an index here, and costs a few bytes until a slot trains it.
/// </summary>
public sealed partial class Population
{
    private readonly Lazy<double[]> _classShares;
    private readonly ConcurrentDictionary<(BalanceKind, string), Lazy<SampleBalance>> _balances = new();
    private readonly Lazy<double[]> _classCounts;

    private Population(DataSet data, Partition partition, Partition heldOut, ResidentTotals? totals = null)
    {
        Data = data;
        Partition = partition;
        HeldOut = heldOut;
        Samples = totals?.Samples ?? partition.Samples;
        _classShares = new(() => totals is null ? LabelShares.Of(data.Train, TrainedSamples()) : LabelShares.Of(totals.Labels));
        _classCounts = new(() => totals is null ? LabelShares.Counts(data.Train, TrainedSamples()) : LabelShares.Counts(totals.Labels));
    }

    public DataSet Data { get; }

    /// <summary>The samples that each student trains on: what sizes, weights, label counts and privacy are about.</summary>
    public Partition Partition { get; }

    /// <summary>
    /// The samples of <see cref="DataSet.Train"/> that each student keeps from training (<c>students.holdOut</c>), and on which its
    /// personal model is judged. No training and no report of labels sees them.
    /// </summary>
    public Partition HeldOut { get; }

    public int Students => Partition.Students;

    /// <summary>How many samples all students train on, also where this process sees those of one.</summary>
    public long Samples { get; }

    /// <summary>Each class's share of the samples that are trained on.</summary>
    public IReadOnlyList<double> ClassShares => _classShares.Value;

    /// <summary>What samples count for by a plan's <c>training.balance</c>; null where all count the same.</summary>
    public SampleBalance? BalanceOf(TrainingPlan plan)
        => plan is { Balance: not BalanceKind.None, BalanceBy: { } attribute }
            ? _balances.GetOrAdd((plan.Balance, attribute), _ => new(() => SampleBalance.Of(Data.Train, TrainedSamples(), attribute, plan.Balance))).Value
            : null;

    /// <summary>How many of the samples that are trained on are of each class; a class that nobody has counts as a tenth of a sample.</summary>
    public IReadOnlyList<double> ClassCounts => _classCounts.Value;

    /// <summary>All samples that somebody trains on, as indices into <see cref="DataSet.Train"/>, in ascending order.</summary>
    public int[] TrainedSamples()
    {
        var trained = Enumerable.Range(0, Students).SelectMany(student => Partition.SamplesOf(student).ToArray()).ToArray();
        Array.Sort(trained);
        return trained;
    }

    /// <summary>Assigns the training samples to the plan's students.</summary>
    /// <exception cref="ArgumentException">The plan asks for a partition that this data cannot give.</exception>
    public static Population Create(Plan plan, DataSet data)
    {
        var students = plan.Students;
        if (plan.IsResident)
        {
            throw new ArgumentException(
                $"The students of plan '{plan.Name}' are resident: their samples lie on their own devices. Start it in a cluster that they have "
                + "joined (pbm round start), or take another students.partition.");
        }

        var random = KeyedRandom.For((ulong)plan.Seed, Purpose.Partition);
        var partition = students.Partition switch
        {
            PartitionKind.Iid => Partition.Iid(data.Train, students.Count, random),
            PartitionKind.Dirichlet => Partition.Dirichlet(data.Train, students.Count, students.Alpha, random),
            PartitionKind.Shards => Partition.Shards(data.Train, students.Count, students.ShardsPerStudent, random),
            PartitionKind.ByPerson => Partition.ByPerson(data.Train),
            _ => throw new ArgumentOutOfRangeException(nameof(plan), students.Partition, "Unknown partition."),
        };
        var (trained, heldOut) = partition.HoldOut(data.Train, students.HoldOut, (ulong)plan.Seed);
        return new(data, trained, heldOut);
    }

    /// <summary>The same students and samples, whose training labels somebody takes for others.</summary>
    public Population WithLabels(Func<int, int> labelOf)
        => new(Data with { Train = new RelabelledSamples(Data.Train, labelOf) }, Partition, HeldOut);

    /// <summary>
    /// How a plan's network is shown this data's samples. Here it is decided whether they are pictures or texts.
    /// </summary>
    public IInputEncoding EncodingOf(Plan plan) => EncodingOf(plan, Data.Shape);

    /// <summary>How a plan's network is shown such samples.</summary>
    public static IInputEncoding EncodingOf(Plan plan, SampleShape shape) => shape switch
    {
        ImageShape => new PixelScale(plan.Data.Mean, plan.Data.Deviation),
        TextShape => plan.Data.Text,
        _ => throw new ArgumentException($"There is no encoding of {shape.Describe()}."),
    };

    /// <summary>The network a plan trains on this data.</summary>
    /// <exception cref="DataFormatException">The plan's network takes other samples.</exception>
    public NetworkSpec NetworkOf(Plan plan) => NetworkOf(plan, Data.Train);

    /// <summary>The network a plan trains on such samples.</summary>
    /// <exception cref="DataFormatException">The plan's network takes other samples.</exception>
    public static NetworkSpec NetworkOf(Plan plan, ISampleSet samples)
    {
        var input = EncodingOf(plan, samples.Shape).InputOf(samples.Shape)!;
        return NetworkCatalogue.Takes(plan.Network, input)
            ? new(plan.Network, input, samples.Classes.Count)
            : throw new DataFormatException(
                $"The plan {plan.Name} trains the network {plan.Network}, which takes no {input.Kind}s, and the data are "
                + $"{input.Kind}s; take {NetworkCatalogue.ListOf(input)}, or other data.");
    }

    /// <summary>
    /// A student's weight in the average: the samples it trains on (McMahan et al. 2017), but 1 where clipping bounds everybody's influence
    /// alike.
    /// </summary>
    public int WeightOf(int student, Plan plan) => plan.Privacy.Clip is null ? Partition.SizeOf(student) : 1;
}
