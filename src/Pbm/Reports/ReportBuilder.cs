using System.Globalization;
using Cohort.Model.Files;
using Cohort.Model.Plans;
using Cohort.Pbm.Commands;
using Cohort.Seed.Ledger;
using Cohort.Seed.Privacy;

namespace Cohort.Pbm.Reports;

/// <summary>Gathers what a report is about, of runs and models that somebody named.</summary>
internal static class ReportBuilder
{
    /// <param name="named">Runs by their ids, models by first digits of their hashes or by their files.</param>
    /// <param name="models">Measures them.</param>
    /// <param name="home">Ledger and models.</param>
    /// <exception cref="CommandException">Something named is not there.</exception>
    public static RunReport Build(IReadOnlyList<string> named, ReportedModels models, Home home)
    {
        using var ledger = LedgerOf(home);
        var found = named.Select(name => Find(name, ledger, home)).DistinctBy(each => (each.Run?.Id, each.Model.Hash)).ToList();
        var runs = found.Select(each => each.Run).OfType<RunRecord>().DistinctBy(run => run.Id, StringComparer.Ordinal).ToList();
        var statement = ledger is null || runs.Count == 0 ? null : PrivacyStatement.Of(ledger);
        return new(
            [.. runs.Select(run => Of(run, ledger!, statement!))],
            [.. found.Select(each => models.Of(NameOf(each, found), each.Model, each.Run))]);
    }

    private static ILedger? LedgerOf(Home home)
    {
        try
        {
            return home.ReadLedger();
        }
        catch (LedgerException)
        {
            return null; // a model's file may come from elsewhere, and then no ledger is needed
        }
    }

    private static (RunRecord? Run, NamedModel Model) Find(string name, ILedger? ledger, Home home)
    {
        if (ledger?.Run(name) is { } run)
        {
            var last = ledger.LastRound(run.Id)?.Model ?? run.InitialModel;
            return (run, NamedModel.Open(last, home.ReadModels()));
        }

        NamedModel model;
        try
        {
            model = NamedModel.Open(name, home);
        }
        catch (Exception e) when (e is ModelFileException or CommandException && ledger is not null && !NamedModel.IsFile(name))
        {
            var known = ledger.Runs();
            throw new CommandException($"There is no run and no model '{name}'"
                + (known.Count == 0 ? "; the ledger holds no run." : $"; the newest runs are {string.Join(", ", known.Reverse().Take(5).Select(other => other.Id))}."));
        }

        return (ledger is null ? null : ModelRuns.RunOf(model.Hash, ledger), model);
    }

    /// <summary>A run's id where that says which model is meant.</summary>
    private static string NameOf((RunRecord? Run, NamedModel Model) each, IReadOnlyList<(RunRecord? Run, NamedModel Model)> all)
        => each.Run is { } run && all.Count(other => string.Equals(other.Run?.Id, run.Id, StringComparison.Ordinal)) == 1
            ? run.Id
            : each.Run is null ? each.Model.Hash.Short : $"{each.Run.Id}, {each.Model.Hash.Short}";

    private static ReportedRun Of(RunRecord run, ILedger ledger, PrivacyStatement statement)
    {
        var data = run.DataPath is null ? "" : $" --data {Quoted(run.DataPath)}";
        return new(
            run.Id,
            run.PlanName,
            run.PlanDigest,
            run.PlanJson,
            run.Seed,
            run.Status.ToString().ToLowerInvariant(),
            run.PlannedRounds(),
            run.DataPath,
            run.DataDigest,
            run.InitialModel.ToString(),
            string.Create(CultureInfo.InvariantCulture, $"pbm run plan.json{data} --seed {run.Seed} --fresh"),
            [.. ledger.Rounds(run.Id).Select(round => new ReportedRound(
                round.Round, round.Model.ToString(), round.Participants.Count, round.Loss, round.Accuracy, round.MacroF1, round.TrainLoss, round.Epsilon))],
            PrivacyOf(run, ledger, statement));
    }

    private static ReportedPrivacy PrivacyOf(RunRecord run, ILedger ledger, PrivacyStatement statement)
    {
        var spent = statement.Populations.SelectMany(population => population.Runs).First(other => string.Equals(other.Run, run.Id, StringComparison.Ordinal));
        var charges = ledger.Charges(run.DataDigest).Where(charge => string.Equals(charge.Run, run.Id, StringComparison.Ordinal)).ToList();
        return new(
            spent.Accountant,
            spent.Delta,
            spent.Budget,
            spent.Charged,
            spent.Epsilon is null
                ? []
                : [.. Enum.GetValues<AccountantKind>().Select(kind => new AccountedEpsilon(
                    Accountants.NameOf(kind), Accountants.Of(kind).Epsilon(ChargedRounds.Of(charges), spent.Delta).Upper))],
            spent.Labels,
            spent.LabelEpsilon,
            spent.Note);
    }

    private static string Quoted(string path) => path.All(letter => char.IsLetterOrDigit(letter) || "/._-".Contains(letter, StringComparison.Ordinal))
        ? path
        : $"'{path.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
