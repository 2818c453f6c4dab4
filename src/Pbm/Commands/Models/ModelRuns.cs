using Cohort.Model.Files;
using Cohort.Seed.Ledger;

namespace Cohort.Pbm.Commands;

/// <summary>Which run made which model, as the ledger knows it.</summary>
internal static class ModelRuns
{
    /// <summary>The newest run that made the model or began with it; null where none did.</summary>
    public static RunRecord? RunOf(ModelHash model, ILedger ledger)
        => ledger.Runs().Reverse().FirstOrDefault(run => Made(run, model, ledger));

    /// <summary>True if the run made the model or began with it.</summary>
    public static bool Made(RunRecord run, ModelHash model, ILedger ledger)
        => run.InitialModel == model || ledger.Rounds(run.Id).Any(round => round.Model == model);

    /// <summary>The last model of the newest finished run.</summary>
    /// <exception cref="CommandException">No run is finished yet.</exception>
    public static ModelHash Newest(ILedger ledger)
        => ledger.Runs().Reverse()
            .Where(run => run.Status == RunStatus.Finished)
            .Select(run => ledger.LastRound(run.Id)?.Model)
            .FirstOrDefault(model => model is not null)
            ?? throw new CommandException("No run is finished yet, so there is no newest model; name one with --model.");

    /// <exception cref="CommandException">There is no such run.</exception>
    public static RunRecord Named(string id, ILedger ledger)
    {
        if (ledger.Run(id) is { } run)
        {
            return run;
        }

        var known = ledger.Runs();
        throw new CommandException(known.Count == 0
            ? $"There is no run '{id}': the ledger holds none."
            : $"There is no run '{id}'; the newest are {string.Join(", ", known.Reverse().Take(5).Select(other => other.Id))}.");
    }
}
