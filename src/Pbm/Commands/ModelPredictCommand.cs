using System.CommandLine;
using Cohort.Model.Data;
using Cohort.Model.Files;
using Cohort.Model.Training;
using Cohort.Pbm.Printing;

namespace Cohort.Pbm.Commands;

/// <summary><c>pbm model predict</c>: what a model sees in pictures, or reads in texts.</summary>
internal static class ModelPredictCommand
{
    private const int BarLength = 30;

    public static Command Create()
    {
        var pictures = new Argument<string[]>("IMAGE")
        {
            Description = "Pictures, PNG or JPEG. A model, as for --model, may stand before them.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var text = new Option<string[]>("--text")
        {
            Description = "A text, for a model that takes texts; may be given several times.",
            HelpName = "TEXT",
        };
        var lines = new Option<string?>("--lines")
        {
            Description = "A file (UTF-8) whose every line is such a text.",
            HelpName = "FILE",
        };
        var model = new Option<string?>("--model")
        {
            Description = "The first digits of a model's hash, or a model file. "
                + "Default: the last model of the newest finished run.",
            HelpName = "MODEL",
        };
        var home = CommonOptions.Home();
        var json = CommonOptions.Json();
        var command = new CommandWithExamples(
            "predict",
            "Let a model recognise pictures of faces, which are cut to a centred square, or texts; nothing leaves this machine.",
            "pbm model predict face.png",
            "pbm model predict 3f9a1c monday.jpg tuesday.jpg",
            "pbm model predict 3f9a1c --text \"what a day :)\"",
            "pbm model predict 3f9a1c --lines diary.txt --json")
        {
            pictures, text, lines, model, home, json,
        };
        command.SetAction(parsed =>
        {
            var isOfTexts = parsed.GetResult(text) is not null || parsed.GetResult(lines) is not null;
            var (named, paths) = Split(parsed.GetValue(model), parsed.GetValue(pictures)!, isOfTexts);
            if (isOfTexts)
            {
                string[] texts = [.. parsed.GetValue(text) ?? [], .. TextPredictions.LinesOf(parsed.GetValue(lines))];
                TextPredictions.Print(Open(named, new Home(parsed.GetValue(home))), texts, paths, parsed.GetValue(json));
                return;
            }

            Predict(Open(named, new Home(parsed.GetValue(home))), paths, parsed.GetValue(json));
        });
        return command;
    }

    /// <summary>The model may stand before the pictures: a model file, or digits of a hash where no such file exists.</summary>
    private static (string? Model, string[] Pictures) Split(string? model, string[] given, bool isOfTexts)
    {
        if (given.Length == 0)
        {
            return isOfTexts
                ? (model, given)
                : throw new CommandException("Nothing is given to recognise; give PNG or JPEG files, --text, or --lines.");
        }

        var first = given[0];
        var isModel = model is null && (first.EndsWith(ModelFile.Extension, StringComparison.Ordinal)
            || (!File.Exists(first) && first.All(char.IsAsciiHexDigit)));
        if (!isModel)
        {
            return (model, given);
        }

        return given.Length > 1 || isOfTexts
            ? (first, given[1..])
            : throw new CommandException(
                $"'{first}' is taken for a model, and no picture follows; give PNG or JPEG files after it.");
    }

    private static NamedModel Open(string? named, Home home)
    {
        if (named is not null)
        {
            return NamedModel.Open(named, home);
        }

        using var ledger = home.ReadLedger();
        return NamedModel.Open(ModelRuns.Newest(ledger), home.ReadModels());
    }

    private static void Predict(NamedModel model, string[] paths, bool json)
    {
        var network = model.Network();
        if (network.Input is not ImageShape { Channels: 1 } shape || shape.Height != shape.Width)
        {
            throw new CommandException(
                $"Model {model.Hash.Short} takes {model.File.Samples.Describe()}; "
                + (model.File.Text is null ? "picture files are read as grey squares." : "give them by --text, or --lines."));
        }

        // All are read before the first answer, so that a bad one is told before anything is printed.
        var pictures = Array.ConvertAll(paths, path =>
        {
            var pixels = new byte[shape.Length];
            Vision.Decode(path, shape.Width, pixels);
            return pixels;
        });
        using var predictor = new Predictor(network, model.File.Parameters, model.Scale);
        var classes = model.File.Classes;
        Prediction[] predictions =
            [.. paths.Zip(pictures, (path, pixels) => Prediction.Of(path, classes, predictor.Probabilities(pixels)))];
        if (json)
        {
            Page.PrintJson(new Predictions(model.Hash.ToString(), predictions), PbmJson.Default.Predictions);
            return;
        }

        var file = model.File;
        Page.Print($"Model {model.Hash.Short} ({file.Network}, plan {file.Plan}, round {Figures.Count(file.Round)})");
        foreach (var prediction in predictions)
        {
            Print(prediction);
        }
    }

    private static void Print(Prediction prediction)
    {
        Page.Print($"{prediction.Image}: {prediction.Label}");
        PrintBars(prediction);
    }

    /// <summary>A line for each class, with its probability as a bar.</summary>
    internal static void PrintBars(Prediction prediction)
    {
        var width = prediction.Probabilities.Keys.Max(name => name.Length);
        foreach (var (name, probability) in prediction.Probabilities)
        {
            var bar = new string(Page.Block, (int)Math.Round(probability * BarLength));
            Page.Print($"  {name.PadRight(width)}  {Figures.Share(probability),7}  {bar}".TrimEnd());
        }
    }
}

/// <summary>What <c>pbm model predict --json</c> prints.</summary>
internal sealed record Predictions(string Model, IReadOnlyList<Prediction> Images);

/// <summary>What a model sees in one picture.</summary>
/// <param name="Image">The file.</param>
/// <param name="Label">The most probable class.</param>
/// <param name="Probability">Its probability.</param>
/// <param name="Probabilities">Of every class, in the model's order.</param>
internal sealed record Prediction(
    string Image, string Label, double Probability, IReadOnlyDictionary<string, double> Probabilities)
{
    public static Prediction Of(string image, IReadOnlyList<string> classes, double[] probabilities)
    {
        var best = Array.IndexOf(probabilities, probabilities.Max());
        return new(
            image,
            classes[best],
            probabilities[best],
            new OrderedDictionary<string, double>(classes.Zip(probabilities, KeyValuePair.Create), StringComparer.Ordinal));
    }
}
