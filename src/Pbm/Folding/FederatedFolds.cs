using Cohort.Model.Data;
using Cohort.Model.Files;
using Cohort.Model.Plans;
using Cohort.Model.Training;
using Cohort.Pbm.Running;
using Cohort.Seed.Coordination;
using Cohort.Seed.Ledger;

namespace Cohort.Pbm.Folding;

/// <summary>
/// The plan's whole run, in which students hold the fold's training samples and nothing else. Each fold has a ledger of its own, so that a
/// run that was interrupted goes on with the round it was in.
/// </summary>
internal sealed class FederatedFolds(Plan plan, string? dataPath, int slots, string device, Func<IRunDisplay> display) : IFoldTraining
{
    public string Name => "federated";

    public async Task<ModelFile?> Train(DataSet fold, string place, CancellationToken stop)
    {
        var home = new Home(place);
        var population = Population.Create(plan, fold);
        using var ledger = home.OpenLedger();
        var store = home.OpenModels();
        store.DeleteParts();
        if (Finished(ledger, fold.Digest) is { } done)
        {
            return store.Load(done);
        }

        var shown = display();
        try
        {
            await using var cohort = new LocalCohort(ledger, store, slots, device);
            return await cohort.Train(new StartRun(plan, population, dataPath), shown, stop) switch
            {
                RunFinished { Stopped: false } finished => store.Load(finished.Model),
                RunFailed failed => throw new CommandException($"{fold.Name}: {failed.Reason}", failed.Cause is null ? ExitCodes.Failed : ExitCodes.BadInput),
                _ => null,
            };
        }
        finally
        {
            (shown as IDisposable)?.Dispose();
        }
    }

    /// <summary>The models go; the ledger stays, for it says what privacy was spent.</summary>
    public void Forget(string place)
    {
        var models = new Home(place).ModelFolder;
        if (Directory.Exists(models))
        {
            Directory.Delete(models, recursive: true);
        }
    }

    // A process may have died between the run's end and the fold's result.
    private ModelHash? Finished(ILedger ledger, string data)
        => ledger.Runs().LastOrDefault(run => run.Status == RunStatus.Finished
            && run.Seed == plan.Seed
            && string.Equals(run.PlanDigest, plan.Digest, StringComparison.Ordinal)
            && string.Equals(run.DataDigest, data, StringComparison.Ordinal)) is { } run
            ? ledger.LastRound(run.Id)?.Model
            : null;
}
