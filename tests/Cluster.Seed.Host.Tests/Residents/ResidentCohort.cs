using System.Threading.Channels;
using Cohort.Clustering;
using Cohort.Messages;
using Cohort.Model.Data;
using Cohort.Model.Plans;
using Cohort.Model.Training;
using Cohort.Nodes;
using Cohort.Nodes.Residents;
using Cohort.Seed.Coordination;
using Cohort.Seed.Ledger;

namespace Cohort.Seed.Host.Tests.Residents;

/// <summary>A seed, a node and a device in this process, on the in-process seam.</summary>
internal sealed class ResidentCohort : IAsyncDisposable
{
    public const int Students = 4;
    public const int SamplesEach = 6;
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ActorSystem _system = ActorSystem.Create("residents");
    private readonly string _home;
    private readonly IActorRef _desk;
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Channel<RunEvent> _events = Channel.CreateUnbounded<RunEvent>();

    private ResidentCohort(string home, TimeSpan? rollCall)
    {
        _home = home;
        var events = _events.Writer;
        _system.EventStream.Subscribe(_system.ActorOf(Props.Create(() => new Listener<RunEvent>(happened => events.TryWrite(happened)))), typeof(RunEvent));
        var (cluster, populations) = (new LocalCluster(_system, new Member("this process", 2)), new PlannedPopulations(new DataFolder(home)));
        Cluster = cluster;
        Node.Start(_system, cluster, "cpu", new NodeData(populations).Open);
        cluster.Subscribe(
            Topics.Devices,
            _system.ActorOf(Props.Create(() => new Listener<RunDefinition>(told => ToldToDevices.Add(told)))));
        var options = new SeedOptions { EvaluationThreads = 1, RollCall = rollCall, FeedbackPause = TimeSpan.FromMilliseconds(300) };
        _system.EventStream.Subscribe(_system.ActorOf(Props.Create(() => new Listener<DeskOpened>(_ => _ready.TrySetResult()))), typeof(DeskOpened));
        _desk = cluster.StartSingleton(
            Singletons.Coordinator,
            Props.Create(() => new RunDesk(cluster, new FolderArchive(home, TimeProvider.System), options, populations)));
    }

    public LocalCluster Cluster { get; }

    public List<RunDefinition> ToldToDevices { get; } = [];

    public static async Task<ResidentCohort> Start(string home, IReadOnlyList<IResidentSamples> residents, TimeSpan? rollCall = null)
    {
        var cohort = new ResidentCohort(home, rollCall);
        await cohort._ready.Task.WaitAsync(Patience);
        if (residents.Count > 0)
        {
            await cohort.AddDevice(residents, DeviceSecret.Kept(Path.Combine(home, "device-secret")));
        }

        return cohort;
    }

    public Task AddDevice(IReadOnlyList<IResidentSamples> residents, DeviceSecret secret, string name = "device")
        => ResidentDevice.Start(_system, Cluster, "cpu", residents, secret, name);

    /// <summary>Trains a plan to its end.</summary>
    public async Task<(RunRecord Run, IReadOnlyList<RoundRecord> Rounds)> Train(Plan plan, bool fresh = false)
        => await Ended(await Begin(plan, fresh));

    /// <returns>The run's id.</returns>
    /// <exception cref="InvalidOperationException">The desk refuses.</exception>
    public async Task<string> Begin(Plan plan, bool fresh = false)
        => await _desk.Ask<object>(new StartTraining { PlanJson = plan.ToCanonicalJson(), Fresh = fresh }, Patience) switch
        {
            TrainingAccepted accepted => accepted.Run,
            TrainingRefused refused => throw new InvalidOperationException(refused.Reason),
            var other => throw new InvalidOperationException($"The desk answered {other}."),
        };

    public async Task<(RunRecord Run, IReadOnlyList<RoundRecord> Rounds)> Ended(string run)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (await _events.Reader.ReadAsync(patience.Token) is not (RunFinished or RunFailed))
        {
        }

        using var ledger = SqliteLedger.OpenToRead(_home);
        return (ledger.Run(run)!, ledger.Rounds(run));
    }

    public async Task<RoundReplayed> Replay(string run, int round)
        => await _desk.Ask<object>(new ReplayRound { Run = run, Round = round }, Patience) switch
        {
            RoundReplayed replayed => replayed,
            TrainingRefused refused => throw new InvalidOperationException(refused.Reason),
            var other => throw new InvalidOperationException($"The desk answered {other}."),
        };

    public async Task<T> Ask<T>(object message) => await _desk.Ask<T>(message, Patience);

    public async ValueTask DisposeAsync() => await _system.Terminate();

    /// <summary>Two groups of four students, faces drawn on the spot.</summary>
    public static Plan PlanOf(int rounds, PartitionKind partition = PartitionKind.Resident) => new()
    {
        Name = "residents",
        Network = "logistic",
        Data = new() { Avatars = new() { SamplesPerStudent = SamplesEach, TestStudents = 1 } },
        Students = new() { Count = Students, Partition = partition },
        Groups = new() { Count = 2 },
        Training = new() { LearningRate = 0.05, BatchSize = 4 },
        Rounds = new() { Count = rounds, Deadline = TimeSpan.FromSeconds(20) },
    };

    /// <summary>The students that the same plan would simulate, under names that are in their order.</summary>
    public static List<ResidentFaces> Faces(Plan plan)
        => [.. Enumerable.Range(0, Students).Select(person => new ResidentFaces($"student-{person}", (ulong)plan.Seed, person, SamplesEach))];

    private sealed class Listener<T> : ReceiveActor
    {
        public Listener(Action<T> hear)
        {
            Receive<T>(hear);
            ReceiveAny(_ => { });
        }
    }
}
