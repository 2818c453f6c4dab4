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
    private const int MostResamples = 100_000;

    public static Command Create()
    {
        var model = ModelShowCommand.Named();
        var data = CommonOptions.Data();
        data.Description = "Test samples: a path as for pbm run --data, or the name of an imported set. "
            + "Default: those of the run that made the model.";
        var resamples = new Option<int>("--resamples")
        {
            Description = "How often the test samples are drawn again, to say how sure the figures are; 0 for no intervals.",
            DefaultValueFactory = _ => BootstrapIntervals.DefaultResamples,
            HelpName = "B",
        };
        resamples.Validators.Add(given =>
        {
            if (given.GetValueOrDefault<int>() is < 0 or > MostResamples)
            {
                given.AddError($"--resamples takes 0 to {Figures.Count(MostResamples)}.");
            }
        });
        var home = CommonOptions.Home();
        var json = CommonOptions.Json();
        var command = new CommandWithExamples(
            "eval",
            "Measure a model on test samples: accuracy, loss, figures by class, calibration, confusions.",
            "pbm model eval 3f9a1c",
            "pbm model eval 3f9a1c --data faces --json")
        {
            model, data, resamples, home, json,
        };
        command.SetAction(parsed =>
        {
            var place = new Home(parsed.GetValue(home));
            Evaluate(
                NamedModel.Open(parsed.GetValue(model)!, place),
                parsed.GetValue(data),
                parsed.GetValue(resamples),
                place,
                parsed.GetValue(json));
        });
        return command;
    }

    private static void Evaluate(NamedModel model, string? given, int resamples, Home home, bool json)
    {
        var (data, metrics, evaluation) = Measure(model, given, resamples, home);
        if (json)
        {
            Page.PrintJson(evaluation, PbmJson.Default.Evaluation);
        }
        else
        {
            Print(model, data, metrics, evaluation);
        }
    }

    /// <summary>Judges a model on test samples.</summary>
    /// <param name="model">The model.</param>
    /// <param name="given">The data; null for that of the run that made it.</param>
    /// <param name="resamples">How often samples are drawn again for intervals; 0 for none.</param>
    /// <param name="home">Imported data, and the ledger.</param>
    /// <exception cref="CommandException">The data is not known, does not fit, or has no test samples.</exception>
    internal static (DataSet Data, Metrics Metrics, Evaluation Evaluation) Measure(NamedModel model, string? given, int resamples, Home home)
    {
        var network = model.Network();
        var data = given is null
            ? DataOfItsRun(model, home)
            : DataSets.Load(DataLocation.Resolve(given, home)!).WithoutDuplicates().Data;
        if (model.Encoding.InputOf(data.Shape) != network.Input || !data.Classes.SequenceEqual(model.File.Classes, StringComparer.Ordinal))
        {
            throw new CommandException(
                $"The model takes {model.File.Samples.Describe()} and knows {string.Join(", ", model.File.Classes)}; "
                + $"{data.Name} has {data.Shape.Describe()} and {string.Join(", ", data.Classes)}. Give --data that fits.");
        }

        if (data.Test.Count == 0)
        {
            throw new CommandException($"{data.Name} has no test samples to measure on; give --data that has.");
        }

        using var evaluator = new Evaluator(network, data.Test, model.Encoding, "cpu", Environment.ProcessorCount);
        var (metrics, predictions) = evaluator.Judge(model.File.Parameters);
        return (data, metrics, Evaluation.Of(model, data, metrics, predictions, resamples));
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

    private static void Print(NamedModel model, DataSet data, Metrics metrics, Evaluation evaluation)
    {
        var intervals = evaluation.Intervals;
        Page.Print($"Model {model.Hash.Short} on {Figures.Count(data.Test.Count, "test sample")} of {data.Name}"
            + (data.IsSynthetic ? " (synthetic)." : "."));
        Page.Print(Tables.Facts()
            .Row("accuracy", Figures.Accuracy(metrics.Accuracy) + Between(intervals?.Accuracy, Figures.Accuracy))
            .Row("macro F1", Figures.Measure(metrics.MacroF1) + Between(intervals?.MacroF1, Figures.Measure))
            .Row("macro precision", Figures.Measure(metrics.MacroPrecision) + Between(intervals?.MacroPrecision, Figures.Measure))
            .Row("macro recall", Figures.Measure(metrics.MacroRecall) + Between(intervals?.MacroRecall, Figures.Measure))
            .Row("loss", Figures.Measure(metrics.Loss))
            .Row("calibration error", Figures.Measure(evaluation.Calibration.ExpectedError) + Between(intervals?.ExpectedCalibrationError, Figures.Measure)));
        if (intervals is not null)
        {
            Page.Print($"In brackets: 95 % intervals, by {Figures.Count(intervals.Resamples, "resample")} of the test samples.");
        }

        var byClass = Tables.New().Name("class").Number("precision", "recall", "F1", "samples");
        foreach (var (name, figures, label) in data.Classes.Zip(metrics.Classes, Enumerable.Range(0, data.Classes.Count)))
        {
            byClass.Row(
                name,
                Figures.Share(figures.Precision),
                Figures.Share(figures.Recall) + Between(intervals?.Recalls[label], share => Figures.Share(share!.Value)),
                Figures.Measure(figures.F1),
                Figures.Count(figures.Support));
        }

        Page.Print(byClass);
        if (data.Classes.Where((_, label) => metrics.Classes[label].Support == 0).ToList() is { Count: > 0 } absent)
        {
            Page.Print($"No test sample is of class {string.Join(", ", absent)}; macro figures count 0 for it.");
        }

        PrintConfusions(data, metrics);
        PrintReliability(evaluation.Calibration);
    }

    private static string Between(Interval? interval, Func<double?, string> show)
        => interval is { } range ? $" ({show(range.Low)} to {show(range.High)})" : "";

    private static void PrintConfusions(DataSet data, Metrics metrics)
    {
        var confusions = Tables.New().Name("").Number([.. data.Classes]);
        for (var actual = 0; actual < data.Classes.Count; actual++)
        {
            var counts = Enumerable.Range(0, data.Classes.Count).Select(predicted => metrics.Confusion[actual, predicted]);
            confusions.Row([data.Classes[actual], .. counts.Select(Figures.Count)]);
        }

        Page.Print("Confusions (rows: actual class, columns: what it was taken for):");
        Page.Print(confusions);
    }

    private static void PrintReliability(Calibration calibration)
    {
        var curve = Tables.New().Name("confidence").Number("samples", "mean confidence", "right");
        foreach (var bin in calibration.Bins.Where(bin => bin.Samples > 0))
        {
            curve.Row(
                $"{Figures.Share(bin.From)} to {Figures.Share(bin.To)}",
                Figures.Count(bin.Samples),
                Figures.Share(bin.Confidence),
                Figures.Share(bin.Accuracy));
        }

        Page.Print("Reliability (a calibrated model is right as often as it is confident):");
        Page.Print(curve);
    }
}
