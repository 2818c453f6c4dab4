using System.Globalization;
using Cohort.Pbm.Tuning;

namespace Cohort.Pbm.Printing.Charts;

/// <summary>The trials of a search in the order in which they were trained, and the best so far after the same rounds.</summary>
/// <param name="plan">The plan's name.</param>
/// <param name="by">What is drawn.</param>
/// <param name="scoreOf">Its value; negative infinity for a trial that failed, which is left out.</param>
/// <param name="results">All trials.</param>
/// <param name="synthetic">Whether the samples are generated.</param>
internal sealed class TuneChart(
    string plan, string by, Func<TrialResult, double> scoreOf, IReadOnlyList<TrialResult> results, bool synthetic) : IChart
{
    private const double Left = 76;
    private const double Top = 116;
    private const double PanelWidth = 620;
    private const double PanelHeight = 320;
    private const double Row = 20;

    private readonly int[] _rungs = [.. results.Select(result => result.Rounds).Distinct().Order()];

    public double Width => Left + PanelWidth + 40;

    public double Height => Top + PanelHeight + 92 + (Row * (Math.Min(results.Count, 10) + 1));

    public void Draw(ICanvas canvas)
    {
        canvas.Text(32, 44, $"Search for a better {plan}", 20, Colour.Ink, bold: true);
        canvas.Text(
            32,
            68,
            $"{by} of {Figures.Count(results.Count, "trial")} on training samples set apart{(synthetic ? " (synthetic)" : "")}; lines: the best so far.",
            13,
            Colour.Faint);
        for (var rung = 0; rung < _rungs.Length; rung++)
        {
            canvas.Marker(40 + (rung * 120), 90, rung);
            canvas.Text(52 + (rung * 120), 94, Figures.Count(_rungs[rung], "round"), 12, Colour.Ink);
        }

        var scores = results.Select(scoreOf).Where(double.IsFinite).DefaultIfEmpty(0).ToList();
        var (least, most) = (Math.Floor(scores.Min() * 20) / 20, Math.Ceiling((scores.Max() + 1e-9) * 20) / 20);
        double Y(double score) => Top + PanelHeight - ((score - least) / (most - least) * PanelHeight);
        double X(int place) => Left + ((place + 0.5) / results.Count * PanelWidth);
        for (var line = 0; line <= 5; line++)
        {
            var score = least + (line / 5.0 * (most - least));
            canvas.Line(Left, Y(score), Left + PanelWidth, Y(score), 1, Colour.Rule);
            canvas.Text(Left - 8, Y(score) + 4, score.ToString("F2", CultureInfo.InvariantCulture), 11, Colour.Faint, Anchor.End);
        }

        for (var rung = 0; rung < _rungs.Length; rung++)
        {
            DrawRung(canvas, rung, X, Y);
        }

        canvas.Text(Left + (PanelWidth / 2), Top + PanelHeight + 30, "trials, in the order in which they were trained", 12, Colour.Ink, Anchor.Middle);
        DrawTable(canvas, Top + PanelHeight + 66);
    }

    private void DrawRung(ICanvas canvas, int rung, Func<int, double> x, Func<double, double> y)
    {
        (double X, double Y)? last = null;
        var best = double.NegativeInfinity;
        for (var place = 0; place < results.Count; place++)
        {
            var score = scoreOf(results[place]);
            if (results[place].Rounds != _rungs[rung] || !double.IsFinite(score))
            {
                continue;
            }

            best = Math.Max(best, score);
            var here = (X: x(place), Y: y(best));
            if (last is { } from)
            {
                canvas.Line(from.X, from.Y, here.X, from.Y, 1.5, Colour.Series[rung % Colour.Series.Count]);
                canvas.Line(here.X, from.Y, here.X, here.Y, 1.5, Colour.Series[rung % Colour.Series.Count]);
            }

            last = here;
            canvas.Marker(x(place), y(score), rung);
        }
    }

    private void DrawTable(ICanvas canvas, double top)
    {
        canvas.Text(32, top, "The best", 13, Colour.Ink, bold: true);
        var best = results.OrderByDescending(result => result.Rounds).ThenByDescending(scoreOf).ThenBy(result => result.Trial).Take(10);
        foreach (var (place, result) in best.Index())
        {
            canvas.Text(
                32,
                top + ((place + 1) * Row),
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"trial {result.Trial}, {result.Rounds} rounds, accuracy {Figures.Accuracy(result.Accuracy)}, macro F1 {Figures.Measure(result.MacroF1)}: {result.ValuesInWords}"),
                11,
                Colour.Ink);
        }
    }
}
