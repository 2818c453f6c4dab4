using System.Runtime.InteropServices;
using Cohort.Clustering;
using Cohort.Federation;
using Cohort.Messages;
using Cohort.Model.Data;
using Cohort.Model.Data.Avatars;
using Cohort.Model.Files;
using Cohort.Model.Plans;
using Cohort.Model.Training;
using Cohort.Nodes.Training;

namespace Cohort.Nodes.Tests;

/// <summary>A real node in this process, with six students of eight avatar faces each; the test plays the coordinator.</summary>
internal sealed class NodeWithStudents
{
    public const int Students = 6;
    private const int SamplesEach = 8;

    private readonly LocalCluster _cluster;

    public NodeWithStudents(
        ActorSystem system,
        IActorRef fetches,
        int slots = 2,
        Func<Plan, Plan>? change = null,
        Func<ISampleSet, ISampleSet>? samples = null)
    {
        var plan = new Plan
        {
            Name = "spec",
            Network = "logistic",
            Students = new() { Count = Students, Partition = PartitionKind.ByPerson },
            Training = new() { LearningRate = 0.05, BatchSize = 4 },
        };
        Plan = change?.Invoke(plan) ?? plan;
        var faces = AvatarFaces.DataSet(seed: 5, Students, SamplesEach, testPersons: 1, samplesPerTestPerson: 7);
        var data = faces with { Train = samples?.Invoke(faces.Train) ?? faces.Train };
        Context = new RunContext("spec-1", Plan, Population.Create(Plan, data), NoiseSecret.FromSeed(9));
        (Parameters, _) = InitialModel.Create(Context.Network, (ulong)Plan.Seed);

        _cluster = new LocalCluster(system, new Member("node", slots));
        _cluster.StartSingleton(Singletons.Coordinator, Props.Create(() => new Requests(this, fetches)));
        Node.Start(system, _cluster, "cpu", _ => Context);
        _cluster.Publish(Topics.Runs, new RunDefinition { Run = Context.Run });
        _cluster.Publish(Topics.Models, Model());
    }

    public ICluster Cluster => _cluster;

    public Plan Plan { get; }

    public RunContext Context { get; }

    public float[] Parameters { get; }

    /// <summary>The name of the model that its rounds begin with.</summary>
    public string ModelName => ModelHash.Of([], MemoryMarshal.AsBytes<float>(Parameters)).ToString();

    public IActorRef Leaders => _cluster.Region(Regions.Leaders);

    public static TrainGroup Request(
        int round = 1, int attempt = 1, int intraRounds = 1, int? quota = null, int deadlineMs = 60_000, long epoch = 1)
    {
        var request = new TrainGroup
        {
            Key = new RoundKey { Run = "spec-1", Round = round, Attempt = attempt, Epoch = epoch, Sequence = (10 * round) + attempt },
            Group = 0,
            Groups = 1,
            Model = "m0",
            IntraGroupRounds = intraRounds,
            DeadlineMs = deadlineMs,
            Quota = quota ?? Students,
        };
        request.Students.AddRange(Enumerable.Range(0, Students));
        return request;
    }

    public void Ask(TrainGroup request, IActorRef coordinator, string leader = "0")
    {
        request.Model = ModelName;
        Leaders.Tell(new ShardingEnvelope(leader, request), coordinator);
    }

    public ModelVersion Model()
        => new() { Run = Context.Run, Model = ModelName, Parameters = Tensors.Wrap(Parameters.ToArray()) };

    /// <summary>What a combiner would send of these students, in answer to this request.</summary>
    public PartialSum PartByHand(TrainStudent asked, params int[] students)
    {
        var sum = SumByHand(Parameters, students);
        var part = new PartialSum
        {
            Key = asked.Key,
            Group = asked.Group,
            IntraRound = asked.IntraRound,
            Leader = asked.Leader,
            Weight = sum.Weight,
            Sum = Tensors.Wrap(sum.Values.ToArray()),
        };
        part.Participants.AddRange(students);
        return part;
    }

    /// <summary>What the sum must be, computed one student after the other without any actor.</summary>
    public ExactSum SumByHand(
        float[] model,
        IEnumerable<int> students,
        int intraRound = 1,
        RunContext? context = null,
        Func<int, Population>? seenBy = null)
    {
        using var trainer = new LocalTrainer(Context.Network, "cpu");
        var sum = new ExactSum(model.Length);
        foreach (var student in students)
        {
            var update = new float[model.Length];
            var quantised = new int[model.Length];
            using var noise = StudentNoise.Of(
                context ?? Context,
                new TrainStudent { Key = new RoundKey { Run = Context.Run, Round = 1 }, IntraRound = intraRound, Student = student },
                model);
            trainer.Train(
                model,
                seenBy?.Invoke(student) ?? Context.Population,
                Plan.Training,
                Context.Encoding,
                new TrainingTurn((ulong)Plan.Seed, Round: 1, intraRound, student),
                update,
                noise);
            Context.Grid.Quantise(update, quantised);
            sum.Add(quantised, Context.WeightOf(student));
        }

        return sum;
    }

    /// <summary>The coordinator's answer to a node that was asked to train before the broadcast reached it.</summary>
    private sealed class Requests : ReceiveActor
    {
        public Requests(NodeWithStudents node, IActorRef coordinator) => Receive<FetchModel>(wish =>
        {
            coordinator.Tell(wish);
            if (string.Equals(wish.Run, node.Context.Run, StringComparison.Ordinal))
            {
                Sender.Tell(new RunDefinition { Run = wish.Run });
                Sender.Tell(node.Model());
            }
        });
    }
}
