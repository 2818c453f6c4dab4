using System.CommandLine;
using System.Globalization;
using Cohort.Model.Files;
using Cohort.Pbm.Printing;
using Cohort.Seed.Ledger;

namespace Cohort.Pbm.Commands;

/// <summary><c>pbm model list</c>: the models on disk, and what the ledger says of them; or those of a cluster.</summary>
internal static class ModelListCommand
{
    public static Command Create()
    {
        var run = new Option<string?>("--run") { Description = "Only models of this run.", HelpName = "RUN" };
        var home = CommonOptions.Home();
        var cluster = new ClusterOptions();
        var json = CommonOptions.Json();
        var command = new CommandWithExamples(
            "list",
            "List the models on disk, or of a cluster, by run and round. A plan's models.keep says how many of a run stay.",
            "pbm model list",
            "pbm model list --run quick-1",
            "pbm model list --cluster http://127.0.0.1:8080")
        {
            run, home, cluster.Url, cluster.TokenFile, json,
        };
        command.SetAction(async (parsed, stop) =>
        {
            if (cluster.Asked(parsed, home))
            {
                using var seed = cluster.Open(parsed);
                await ClusterModels.List(seed, parsed.GetValue(run), parsed.GetValue(json), stop);
            }
            else
            {
                List(parsed.GetValue(run), new Home(parsed.GetValue(home)), parsed.GetValue(json));
            }
        });
        return command;
    }

    private static void List(string? only, Home home, bool json)
    {
        var store = home.ReadModels();
        using var ledger = home.ReadLedger();
        var runs = only is null ? ledger.Runs() : [ModelRuns.Named(only, ledger)];
        ListedModel[] models = [.. runs.SelectMany(run => OfRun(run, ledger, store))];
        if (json)
        {
            Page.PrintJson(new ListedModels(models), PbmJson.Default.ListedModels);
            return;
        }

        var table = Tables.New().Name("model", "run").Number("round", "accuracy", "macro F1", "size");
        foreach (var model in models)
        {
            table.Row(
                model.Model[..12],
                model.Run,
                model.Round.ToString(CultureInfo.InvariantCulture),
                Figures.Accuracy(model.Accuracy),
                Figures.Measure(model.MacroF1),
                Figures.Bytes(model.Bytes));
        }

        Page.Print(table);
    }

    private static IEnumerable<ListedModel> OfRun(RunRecord run, ILedger ledger, ModelStore store)
    {
        var initial = new ListedModel(run.InitialModel.ToString(), run.Id, 0, null, null, 0);
        return ledger.Rounds(run.Id)
            .Select(round => new ListedModel(round.Model.ToString(), run.Id, round.Round, round.Accuracy, round.MacroF1, 0))
            .Prepend(initial)
            .Select(model => (Model: model, File: new FileInfo(store.PathOf(ModelHash.Parse(model.Model)))))
            .Where(listed => listed.File.Exists)
            .Select(listed => listed.Model with { Bytes = listed.File.Length });
    }
}

/// <summary>What <c>pbm model list --json</c> prints.</summary>
internal sealed record ListedModels(IReadOnlyList<ListedModel> Models);

/// <summary>One model on disk.</summary>
/// <param name="Model">Its hash.</param>
/// <param name="Run">The run that made it.</param>
/// <param name="Round">The round that made it; 0 for the model a run began with.</param>
/// <param name="Accuracy">On the test samples; null where it was not evaluated.</param>
/// <param name="MacroF1">Likewise.</param>
/// <param name="Bytes">The file's size.</param>
internal sealed record ListedModel(string Model, string Run, int Round, double? Accuracy, double? MacroF1, long Bytes);
