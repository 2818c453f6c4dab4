using System.CommandLine;
using Cohort.Model.Files;
using Cohort.Pbm.Predicting;

namespace Cohort.Pbm.Commands;

/// <summary><c>pbm model predict</c>: what a model sees in pictures, or reads in texts.</summary>
internal static class ModelPredictCommand
{
    public static Command Create()
    {
        var pictures = new Argument<string[]>("PATH")
        {
            Description = "Pictures (PNG or JPEG), folders of them at any depth, or a CSV with FER2013's column pixels (test.csv, also .gz). "
                + "A model, as for --model, may stand before them.",
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
        var faces = CommonOptions.Faces();
        var csv = new Option<string?>("--csv") { Description = "Write labels and probabilities, a row for each face.", HelpName = "FILE" };
        var annotate = new Option<string?>("--annotate")
        {
            Description = "Write each picture as PNG with boxes and labels drawn in; rows of a CSV are left out.",
            HelpName = "FOLDER",
        };
        var home = CommonOptions.Home();
        var json = CommonOptions.Json();
        var command = new CommandWithExamples(
            "predict",
            "Let a model recognise emotions in faces or texts, which never leave this machine.",
            "pbm model predict face.png",
            "pbm model predict 3f9a1c monday.jpg tuesday.jpg --annotate seen",
            "pbm model predict test.csv --csv labels.csv",
            "pbm model predict holidays/ --faces detect --json",
            "pbm model predict 3f9a1c --text \"what a day :)\"",
            "pbm model predict 3f9a1c --lines diary.txt --json")
        {
            pictures, text, lines, model, faces, csv, annotate, home, json,
        };
        command.Details = "--json prints a line for each picture. A file that cannot be read is named, and the others go on; the exit code is "
            + "then 1, or 2 if none could be read. A picture without a face is an error only if no other was given (1).";
        command.SetAction(parsed =>
        {
            var isOfTexts = parsed.GetResult(text) is not null || parsed.GetResult(lines) is not null;
            var (named, paths) = Split(parsed.GetValue(model), parsed.GetValue(pictures)!, isOfTexts);
            var opened = Open(named, new Home(parsed.GetValue(home)));
            if (isOfTexts)
            {
                string[] texts = [.. parsed.GetValue(text) ?? [], .. TextPredictions.LinesOf(parsed.GetValue(lines))];
                TextPredictions.Print(opened, texts, paths, parsed.GetValue(json));
                return;
            }

            var table = parsed.GetValue(csv) is { } file ? new PredictionCsv(CsvPath(file), opened.File.Classes) : null;
            using var predictions = new PicturePredictions(opened, parsed.GetValue(faces));
            var sources = PictureSource.In(paths);
            var drawn = parsed.GetValue(annotate) is { } folder ? new AnnotatedPictures(folder) : null;
            var page = new PredictionPage(opened, parsed.GetValue(json), table is not null, sources);
            Predict(sources, predictions, table, drawn, page);
        });
        return command;
    }

    private static void Predict(
        IReadOnlyList<PictureSource> sources, PicturePredictions predictions, PredictionCsv? table, AnnotatedPictures? drawn, PredictionPage page)
    {
        foreach (var source in sources)
        {
            foreach (var seen in predictions.In(source))
            {
                page.Add(seen);
                if (seen.Problem is null)
                {
                    table?.Add(seen);
                    if (drawn is not null && !source.IsCsv)
                    {
                        drawn.Add(source, seen);
                    }
                }
            }
        }

        if (page.Read > 0)
        {
            table?.Save();
        }

        page.Close();
    }

    /// <summary>The model may stand before the pictures: a model file, or digits of a hash where no such file or folder exists.</summary>
    private static (string? Model, string[] Pictures) Split(string? model, string[] given, bool isOfTexts)
    {
        if (given.Length == 0)
        {
            return isOfTexts
                ? (model, given)
                : throw new CommandException("'predict' is given nothing to recognise; give pictures, folders or a CSV, --text, or --lines.");
        }

        var first = given[0];
        var isModel = model is null && (first.EndsWith(ModelFile.Extension, StringComparison.Ordinal)
            || (!Path.Exists(first) && first.All(char.IsAsciiHexDigit)));
        if (!isModel)
        {
            return (model, given);
        }

        return given.Length > 1 || isOfTexts
            ? (first, given[1..])
            : throw new CommandException(
                $"'{first}' is taken for a model, and no picture follows; give PNG or JPEG files, folders or a CSV after it.");
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

    /// <summary>Told before anything is looked at: a table that cannot be written is known to be one after an hour otherwise.</summary>
    private static string CsvPath(string path)
    {
        var full = Path.GetFullPath(path);
        return Directory.Exists(Path.GetDirectoryName(full)) && !Directory.Exists(full)
            ? full
            : throw new CommandException($"{full}: the table cannot be written there: {(Directory.Exists(full) ? "it is a folder" : "there is no such folder")}.");
    }
}
