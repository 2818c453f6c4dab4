using System.CommandLine;
using Cohort.Model.Data;
using Cohort.Model.Evaluation;
using Cohort.Pbm.Printing;

namespace Cohort.Pbm.Commands;

/// <summary><c>pbm model eval</c>: how well a model does on test samples.</summary>
internal static class ModelEvalCommand
{
    public static Command Create()
    {
        var model = ModelShowCommand.Named();
        var data = EvaluationOptions.Data();
        var resamples = EvaluationOptions.Resamples();
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
        var judged = JudgedModel.Of(model, given, home);
        var evaluation = Evaluation.Of(judged, resamples);
        if (json)
        {
            Page.PrintJson(evaluation, PbmJson.Default.Evaluation);
        }
        else
        {
            Print(model, judged.Data, judged.Metrics, evaluation);
        }
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
