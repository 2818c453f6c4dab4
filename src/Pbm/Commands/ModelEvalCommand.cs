using System.CommandLine;
using Cohort.Model.Data;
using Cohort.Model.Evaluation;
using Cohort.Model.Plans;
using Cohort.Model.Training;
using Cohort.Pbm.Printing;

namespace Cohort.Pbm.Commands;

/// <summary><c>pbm model eval</c>: how well a model does on test samples.</summary>
internal static class ModelEvalCommand
{
    public static Command Create()
    {
        var model = ModelShowCommand.Named();
        var data = CommonOptions.Data();
        data.Description = "Test samples: a path as for pbm run --data, or the name of an imported set. "
            + "Default: those of the run that made the model.";
        var home = CommonOptions.Home();
        var json = CommonOptions.Json();
        var command = new CommandWithExamples(
            "eval",
            "Measure a model on test samples: accuracy, loss, figures by class, confusions.",
            "pbm model eval 3f9a1c",
            "pbm model eval 3f9a1c --data faces --json")
        {
            model, data, home, json,
        };
        command.SetAction(parsed =>
        {
            var place = new Home(parsed.GetValue(home));
            Evaluate(NamedModel.Open(parsed.GetValue(model)!, place), parsed.GetValue(data), place, parsed.GetValue(json));
        });
        return command;
    }

    private static void Evaluate(NamedModel model, string? given, Home home, bool json)
    {
        var network = model.Network();
        var data = given is null
            ? DataOfItsRun(model, home)
            : DataSets.Load(DataLocation.Resolve(given, home)!).WithoutDuplicates().Data;
        if (data.Shape != network.Input || !data.Classes.SequenceEqual(model.File.Classes, StringComparer.Ordinal))
        {
            throw new CommandException(
                $"The model takes pictures of {network.Input} and knows {string.Join(", ", model.File.Classes)}; "
                + $"{data.Name} has pictures of {data.Shape} and {string.Join(", ", data.Classes)}. Give --data that fits.");
        }

        using var evaluator = new Evaluator(network, data.Test, model.Scale, "cpu", Environment.ProcessorCount);
        var metrics = evaluator.Evaluate(model.File.Parameters);
        if (json)
        {
            Page.PrintJson(Evaluation.Of(model, data, metrics), PbmJson.Default.Evaluation);
        }
        else
        {
            Print(model, data, metrics);
        }
    }

    private static DataSet DataOfItsRun(NamedModel model, Home home)
    {
        using var ledger = home.ReadLedger();
        var run = ModelRuns.RunOf(model.Hash, ledger)
            ?? throw new CommandException(
                $"No run in the ledger made model {model.Hash.Short}, so its data is not known; give --data PATH.");
        var plan = Plan.Parse(run.PlanJson, $"the plan of run {run.Id} in the ledger");
        return PlannedData.Load(plan, DataLocation.Resolve(run.DataPath, home)).Data;
    }

    private static void Print(NamedModel model, DataSet data, Metrics metrics)
    {
        Page.Print($"Model {model.Hash.Short} on {Figures.Count(data.Test.Count, "test sample")} of {data.Name}"
            + (data.IsSynthetic ? " (synthetic)." : "."));
        Page.Print(Tables.Facts()
            .Row("accuracy", Figures.Accuracy(metrics.Accuracy))
            .Row("macro F1", Figures.Measure(metrics.MacroF1))
            .Row("loss", Figures.Measure(metrics.Loss)));

        var byClass = Tables.New().Name("class").Number("precision", "recall", "F1", "samples");
        foreach (var (name, figures) in data.Classes.Zip(metrics.Classes))
        {
            byClass.Row(
                name,
                Figures.Share(figures.Precision),
                Figures.Share(figures.Recall),
                Figures.Measure(figures.F1),
                Figures.Count(figures.Support));
        }

        Page.Print(byClass);
        var confusions = Tables.New().Name("").Number([.. data.Classes]);
        for (var actual = 0; actual < data.Classes.Count; actual++)
        {
            var counts = Enumerable.Range(0, data.Classes.Count).Select(predicted => metrics.Confusion[actual, predicted]);
            confusions.Row([data.Classes[actual], .. counts.Select(Figures.Count)]);
        }

        Page.Print("Confusions (rows: actual class, columns: what it was taken for):");
        Page.Print(confusions);
    }
}

/// <summary>What <c>pbm model eval --json</c> prints.</summary>
/// <param name="Model">The model's hash.</param>
/// <param name="Data">Name of the data set.</param>
/// <param name="Synthetic">Whether its samples are generated.</param>
/// <param name="Samples">Test samples, those that stand in training left out.</param>
/// <param name="Accuracy">Share of samples whose class was found.</param>
/// <param name="Loss">Mean cross-entropy in nats.</param>
/// <param name="MacroF1">Mean F1 over all classes.</param>
/// <param name="Classes">By class.</param>
/// <param name="Confusion">Counts: a row for each actual class, a column for each predicted one.</param>
internal sealed record Evaluation(
    string Model,
    string Data,
    bool Synthetic,
    long Samples,
    double Accuracy,
    double Loss,
    double MacroF1,
    IReadOnlyList<ClassEvaluation> Classes,
    IReadOnlyList<long[]> Confusion)
{
    public static Evaluation Of(NamedModel model, DataSet data, Metrics metrics)
        => new(
            model.Hash.ToString(),
            data.Name,
            data.IsSynthetic,
            metrics.Samples,
            metrics.Accuracy,
            metrics.Loss,
            metrics.MacroF1,
            [.. data.Classes.Zip(metrics.Classes, ClassEvaluation.Of)],
            metrics.Confusion.ToRows());
}

/// <summary>How well one class is recognised.</summary>
internal sealed record ClassEvaluation(string Name, double Precision, double Recall, double F1, long Samples)
{
    public static ClassEvaluation Of(string name, ClassMetrics found)
        => new(name, found.Precision, found.Recall, found.F1, found.Support);
}
