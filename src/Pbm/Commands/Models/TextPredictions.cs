using Cohort.Model.Data;
using Cohort.Model.Data.Texts;
using Cohort.Model.Training;
using Cohort.Pbm.Printing;

namespace Cohort.Pbm.Commands;

/// <summary>What <c>pbm model predict --text</c> says of texts.</summary>
/// <param name="Model">The model's hash.</param>
/// <param name="Texts">In the order given.</param>
internal sealed record TextPredictions(string Model, IReadOnlyList<PredictedText> Texts)
{
    private const int BarLength = 30;

    /// <summary>The lines of a file that are not blank; none where no file is named.</summary>
    /// <exception cref="DataFormatException">It is absent, or not UTF-8.</exception>
    public static IReadOnlyList<string> LinesOf(string? path)
        => path is null ? [] : [.. TextFile.Lines(path).Select(line => line.Line.Trim())];

    /// <exception cref="CommandException">The model takes pictures, or pictures are given too.</exception>
    public static void Print(NamedModel model, string[] texts, string[] pictures, bool json)
    {
        if (model.File.Text is null)
        {
            throw new CommandException($"Model {model.Hash.Short} takes {model.File.Samples.Describe()}, and a text is none; give picture files.");
        }

        if (pictures.Length > 0)
        {
            throw new CommandException($"Model {model.Hash.Short} takes texts, and '{pictures[0]}' is taken for a picture; leave it out.");
        }

        // All are looked at before the first answer, so that a bad one is told before anything is printed.
        var rows = Array.ConvertAll(texts, TextArray.Row);
        using var predictor = new Predictor(model.Network(), model.File.Parameters, model.Encoding);
        PredictedText[] predicted =
            [.. texts.Zip(rows, (text, row) => PredictedText.Of(text, model.File.Classes, predictor.Probabilities(row)))];
        if (json)
        {
            Page.PrintJson(new(model.Hash.ToString(), predicted), PbmJson.Default.TextPredictions);
            return;
        }

        var file = model.File;
        Page.Print($"Model {model.Hash.Short} ({file.Network}, plan {file.Plan}, round {Figures.Count(file.Round)})");
        foreach (var text in predicted)
        {
            Print(text);
        }
    }

    private static void Print(PredictedText predicted)
    {
        Page.PrintParagraph($"{predicted.Text}: {predicted.Label}");
        var width = predicted.Probabilities.Keys.Max(name => name.Length);
        foreach (var (name, probability) in predicted.Probabilities)
        {
            var bar = new string(Page.Block, (int)Math.Round(probability * BarLength));
            Page.Print($"  {name.PadRight(width)}  {Figures.Share(probability),7}  {bar}".TrimEnd());
        }
    }
}

/// <summary>What a model reads in one text.</summary>
/// <param name="Text">The text.</param>
/// <param name="Label">The most probable class.</param>
/// <param name="Probability">Its probability.</param>
/// <param name="Probabilities">Of every class, in the model's order.</param>
internal sealed record PredictedText(
    string Text, string Label, double Probability, IReadOnlyDictionary<string, double> Probabilities)
{
    public static PredictedText Of(string text, IReadOnlyList<string> classes, double[] probabilities)
    {
        var best = Array.IndexOf(probabilities, probabilities.Max());
        return new(
            text,
            classes[best],
            probabilities[best],
            new OrderedDictionary<string, double>(classes.Zip(probabilities, KeyValuePair.Create), StringComparer.Ordinal));
    }
}
