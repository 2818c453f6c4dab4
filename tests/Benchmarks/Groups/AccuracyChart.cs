using System.Globalization;
using Cohort.Pbm.Printing.Charts;

namespace Cohort.Benchmarks.Groups;

/// <summary>A panel of the chart.</summary>
/// <param name="Title">What stands above it.</param>
/// <param name="Series">Name and, shape [seeds][rounds], accuracies after every round.</param>
internal sealed record AccuracyPanel(string Title, IReadOnlyList<(string Name, IReadOnlyList<double[]> Curves)> Series);

/// <summary>Accuracy by rounds: for each series the mean over its seeds as a line, and its least and greatest as a band.</summary>
internal sealed class AccuracyChart(string title, IReadOnlyList<AccuracyPanel> panels, int columns)
{
    private const double Edge = 32;
    private const double Scale = 46; // left of each panel
    private const double PanelWidth = 380;
    private const double PanelHeight = 230;
    private const double RowHeight = PanelHeight + 84;
    private const double Top = 96;
    private const double Step = 0.05;

    private readonly int _rounds = panels.Max(panel => panel.Series.Max(series => series.Curves.Max(curve => curve.Length)));
    private readonly double _low = Math.Floor(Extremes(panels).Min() / Step) * Step;
    private readonly double _high = Math.Ceiling(Extremes(panels).Max() / Step) * Step;

    public string ToSvg()
    {
        var rows = ((panels.Count - 1) / columns) + 1;
        var canvas = new SvgCanvas((2 * Edge) + (columns * (Scale + PanelWidth)) + ((columns - 1) * Edge), Top + (rows * RowHeight));
        canvas.Text(Edge, 40, title, 20, Colour.Ink, bold: true);
        canvas.Text(Edge, 64, "Lines: mean over the seeds; bands: least to greatest.", 13, Colour.Faint);
        for (var i = 0; i < panels.Count; i++)
        {
            var (row, column) = Math.DivRem(i, columns);
            Draw(canvas, panels[i], Edge + Scale + (column * (PanelWidth + Scale + Edge)), Top + (row * RowHeight) + 24);
        }

        return canvas.ToSvg();
    }

    private void Draw(SvgCanvas canvas, AccuracyPanel panel, double left, double top)
    {
        var bottom = top + PanelHeight;
        canvas.Text(left, top - 12, panel.Title, 13, Colour.Ink, bold: true);
        for (var level = _low; level < _high + (Step / 2); level += Step)
        {
            canvas.Line(left, Y(level), left + PanelWidth, Y(level), 1, Colour.Rule);
            canvas.Text(left - 8, Y(level) + 4, level.ToString("P0", CultureInfo.InvariantCulture), 11, Colour.Faint, Anchor.End);
        }

        for (var round = 0; round <= _rounds; round += _rounds > 25 ? 10 : 5)
        {
            canvas.Text(X(round), bottom + 18, round.ToString(CultureInfo.InvariantCulture), 11, Colour.Faint, Anchor.Middle);
        }

        canvas.Text(left + (PanelWidth / 2), bottom + 36, "global rounds", 12, Colour.Ink, Anchor.Middle);
        for (var series = 0; series < panel.Series.Count; series++)
        {
            Band(panel.Series[series].Curves, Colour.Series[series]);
        }

        for (var series = 0; series < panel.Series.Count; series++)
        {
            var (name, curves) = panel.Series[series];
            var mean = Enumerable.Range(0, curves.Min(curve => curve.Length)).Select(round => curves.Average(curve => curve[round])).ToArray();
            for (var round = 2; round <= mean.Length; round++)
            {
                canvas.Line(X(round - 1), Y(mean[round - 2]), X(round), Y(mean[round - 1]), 2, Colour.Series[series]);
            }

            // The names stand in the lower right, where no curve goes after its first rounds.
            var y = bottom - 14 - (18 * (panel.Series.Count - 1 - series));
            canvas.Line(left + PanelWidth - 150, y - 4, left + PanelWidth - 128, y - 4, 3, Colour.Series[series]);
            canvas.Text(left + PanelWidth - 122, y, name, 12, Colour.Ink);
        }

        void Band(IReadOnlyList<double[]> curves, Colour colour)
        {
            // One quadrilateral between two rounds each: shapes are convex.
            for (var round = 2; round <= curves.Min(curve => curve.Length); round++)
            {
                var (before, after) = (round - 2, round - 1);
                canvas.Shape(
                    [
                        (X(round - 1), Y(curves.Max(curve => curve[before]))), (X(round), Y(curves.Max(curve => curve[after]))),
                        (X(round), Y(curves.Min(curve => curve[after]))), (X(round - 1), Y(curves.Min(curve => curve[before]))),
                    ],
                    colour,
                    opacity: 0.15);
            }
        }

        double X(double round) => left + (round / _rounds * PanelWidth);
        double Y(double accuracy) => bottom - ((accuracy - _low) / (_high - _low) * PanelHeight);
    }

    private static IEnumerable<double> Extremes(IReadOnlyList<AccuracyPanel> panels) =>
        panels.SelectMany(panel => panel.Series).SelectMany(series => series.Curves).SelectMany(curve => curve);
}
