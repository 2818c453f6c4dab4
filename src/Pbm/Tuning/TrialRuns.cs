using System.Globalization;
using Cohort.Model.Data;
using Cohort.Model.Plans;
using Cohort.Model.Training;
using Cohort.Model.Tuning;
using Cohort.Pbm.Running;
using Cohort.Seed.Coordination;

namespace Cohort.Pbm.Tuning;

/// <summary>
/// Trains the trials of a search, each as a federated run of its own, and keeps what each reached in a file: a search that was interrupted goes
/// on with the trial, and with the round, that it was in.
/// </summary>
/// <param name="folder">Of this search; nobody else writes there.</param>
/// <param name="data">Its test half is what trials are judged by.</param>
/// <param name="slots">Students trained at a time.</param>
internal sealed class TrialRuns(string folder, DataSet data, int slots)
{
    /// <summary>What a trial reaches after so many rounds.</summary>
    /// <returns>Null where it was stopped; and whether it was trained before.</returns>
    public async Task<(TrialResult? Result, bool Kept)> Of(Trial trial, int rounds, CancellationToken stop)
    {
        var plan = trial.Plan with { Rounds = trial.Plan.Rounds with { Count = rounds } };
        var name = string.Create(CultureInfo.InvariantCulture, $"trial-{trial.Number:D4}-{rounds}");
        var file = Path.Combine(folder, name + ".json");
        if (TrialResult.Read(file, plan.Digest) is { } kept)
        {
            return (kept, true);
        }

        if (stop.IsCancellationRequested)
        {
            return (null, false);
        }

        var place = Path.Combine(folder, name);
        if (await Train(plan, new Home(place), stop) is not { } ended)
        {
            return (null, false);
        }

        var metrics = (ended as RunFinished)?.Metrics;
        var result = new TrialResult(
            trial.Number,
            rounds,
            trial.Values,
            plan.Digest,
            metrics?.Accuracy,
            metrics?.MacroF1,
            metrics?.Loss,
            (ended as RunFailed)?.Reason);
        result.Write(file);
        if (Directory.Exists(place))
        {
            Directory.Delete(place, recursive: true); // its models are not needed any more
        }

        return (result, false);
    }

    /// <returns>Null where it was stopped.</returns>
    private async Task<RunEvent?> Train(Plan plan, Home home, CancellationToken stop)
    {
        Population population;
        try
        {
            population = Population.Create(plan.Checked("the trial"), data);
        }
        catch (Exception e) when (e is ArgumentException or PlanException)
        {
            return new RunFailed("", e.Message);
        }

        using var ledger = home.OpenLedger();
        var store = home.OpenModels();
        store.DeleteParts();
        await using var cohort = new LocalCohort(ledger, store, slots, "cpu");
        var ended = await cohort.Train(new StartRun(plan, population, DataPath: null), new SilentDisplay(), stop);
        return ended is RunFinished { Stopped: true } ? null : ended;
    }
}
