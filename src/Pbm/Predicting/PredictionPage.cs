using Cohort.Pbm.Commands;
using Cohort.Pbm.Printing;

namespace Cohort.Pbm.Predicting;

/// <summary>Predictions as they are printed: bars for a few pictures of one face, a line for each face of others, counts where a table holds them all.</summary>
internal sealed class PredictionPage
{
    private const int BarLength = 30;

    /// <summary>So many pictures get a bar for every class.</summary>
    private const int FewPictures = 4;

    private readonly bool _json;
    private readonly bool _counts;
    private readonly bool _bars;
    private readonly OrderedDictionary<string, int> _labels = new(StringComparer.Ordinal);
    private readonly List<string> _problems = [];
    private int _faces;
    private int _faceless;

    /// <param name="model">Who sees.</param>
    /// <param name="json">A line of JSON for each picture.</param>
    /// <param name="counts">Count labels in place of telling each.</param>
    /// <param name="sources">What will be looked at.</param>
    public PredictionPage(NamedModel model, bool json, bool counts, IReadOnlyList<PictureSource> sources)
    {
        (_json, _counts) = (json, counts);
        _bars = sources.Count <= FewPictures && !sources.Any(source => source.IsCsv);
        foreach (var name in model.File.Classes)
        {
            _labels[name] = 0;
        }

        if (!json)
        {
            var file = model.File;
            Page.Print($"Model {model.Hash.Short} ({file.Network}, plan {file.Plan}, round {Figures.Count(file.Round)})");
        }
    }

    /// <summary>Pictures that could be read.</summary>
    public int Read { get; private set; }

    public void Add(PredictedPicture seen)
    {
        if (_json)
        {
            Page.PrintJson(seen, PbmJson.Default.PredictedPicture);
        }

        if (seen.Problem is { } problem)
        {
            _problems.Add(problem);
            return;
        }

        Read++;
        _faces += seen.Faces.Count;
        _faceless += seen.Faces.Count == 0 ? 1 : 0;
        foreach (var face in seen.Faces)
        {
            _labels[face.Label]++;
        }

        if (!_json && !_counts)
        {
            Print(seen);
        }
    }

    /// <summary>What is left to say.</summary>
    /// <exception cref="CommandException">A picture could not be read, or the only one has no face.</exception>
    public void Close()
    {
        if (!_json && _counts && Read > 0)
        {
            PrintCounts();
        }

        if (_problems.Count > 0)
        {
            var all = Read == 0;
            var sum = Read + _problems.Count > 1
                ? [all ? "None of them could be read." : $"{Figures.Count(_problems.Count)} could not be read; the other {Figures.Count(Read)} could."]
                : Array.Empty<string>();
            throw new CommandException(
                string.Join(Environment.NewLine, _problems.Concat(sum)), all ? ExitCodes.BadInput : ExitCodes.Failed);
        }

        if (Read == 1 && _faceless == 1)
        {
            throw new CommandException(
                "No face was found. Faces are found from the front, from 24 pixels on; --faces whole takes the picture's centred square for one.",
                ExitCodes.Failed);
        }
    }

    private void Print(PredictedPicture seen)
    {
        var image = Printable.Of(seen.Image);
        if (seen.Faces.Count == 0)
        {
            Page.Print($"{image}: no face found");
        }

        var bars = _bars && seen.Faces.Count == 1;
        foreach (var (index, face) in seen.Faces.Index())
        {
            var place = face.Box is { } box ? $", face {index + 1} at {box.X},{box.Y} ({box.Width}x{box.Height})" : "";
            Page.Print($"{image}{place}: {face.Label}{(bars ? "" : $" {Figures.Share(face.Probability)}")}");
            if (bars)
            {
                PrintBars(face);
            }
        }
    }

    private static void PrintBars(PredictedFace face)
    {
        var width = face.Probabilities.Keys.Max(name => name.Length);
        foreach (var (name, probability) in face.Probabilities)
        {
            var bar = new string(Page.Block, (int)Math.Round(probability * BarLength));
            Page.Print($"  {name.PadRight(width)}  {Figures.Share(probability),7}  {bar}".TrimEnd());
        }
    }

    private void PrintCounts()
    {
        var none = _faceless > 0 ? $"; in {Figures.Count(_faceless)} no face was found" : "";
        Page.Print($"{Figures.Count(_faces, "face")} in {Figures.Count(Read, "picture")}{none}.");
        var table = Tables.New().Name("label").Number("faces", "share");
        foreach (var (name, count) in _labels)
        {
            table.Row(name, Figures.Count(count), Figures.Share((double)count / Math.Max(1, _faces)));
        }

        Page.Print(table);
    }
}
