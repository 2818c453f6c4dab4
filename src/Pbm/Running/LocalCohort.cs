using Cohort.Clustering;
using Cohort.Federation;
using Cohort.Messages;
using Cohort.Model.Files;
using Cohort.Nodes;
using Cohort.Seed;
using Cohort.Seed.Coordination;
using Cohort.Seed.Ledger;

namespace Cohort.Pbm.Running;

/// <summary>
/// The whole cluster in this process: one node, one seed, and the actors of both on the in-process cluster seam.
/// </summary>
public sealed class LocalCohort : IAsyncDisposable
{
    private readonly ActorSystem _system = ActorSystem.Create("cohort");
    private readonly LocalCluster _cluster;
    private readonly ILedger _ledger;
    private readonly ModelStore _store;
    private readonly int _slots;
    private readonly string _device;

    /// <param name="ledger">Runs and rounds.</param>
    /// <param name="store">Model files.</param>
    /// <param name="slots">Students trained at a time.</param>
    /// <param name="device">Where they train.</param>
    public LocalCohort(ILedger ledger, ModelStore store, int slots, string device)
    {
        _ledger = ledger;
        _store = store;
        _slots = slots;
        _device = device;
        _cluster = new LocalCluster(_system, new Member("this process", slots));
    }

    /// <summary>Trains a plan to its end.</summary>
    /// <param name="order">What to train.</param>
    /// <param name="display">Is told everything as it happens.</param>
    /// <param name="stop">Asks for a stop after the round under way.</param>
    /// <returns><see cref="RunFinished"/> or <see cref="RunFailed"/>.</returns>
    public async Task<RunEvent> Train(StartRun order, IRunDisplay display, CancellationToken stop)
    {
        Node.Start(
            _system,
            _cluster,
            _device,
            definition => new RunContext(
                definition.Run, order.Plan, order.Population, NoiseSecret.FromBytes(definition.NoiseSecret.Span)));
        var options = new SeedOptions { EvaluationThreads = _slots, Device = _device };
        var keys = new RoundKeys(_ledger.Epoch);
        var coordinator = _cluster.StartSingleton(
            Singletons.Coordinator, Props.Create(() => new Coordinator(_cluster, _ledger, _store, keys, options)));

        var ended = new TaskCompletionSource<RunEvent>(TaskCreationOptions.RunContinuationsAsynchronously);
        var watcher = _system.ActorOf(Props.Create(() => new RunWatcher(display, ended)), "watcher");
        _system.EventStream.Subscribe(watcher, typeof(RunEvent));
        _cluster.Subscribe(Topics.Progress, watcher);

        coordinator.Tell(order);
        await using (stop.Register(() => coordinator.Tell(new StopRun())))
        {
            return await ended.Task;
        }
    }

    public async ValueTask DisposeAsync() => await _system.Terminate();
}
