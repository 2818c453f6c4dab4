using System.Globalization;

namespace Cohort.Pbm.Printing.Charts;

/// <summary>A confusion matrix to draw: rows of actual classes, columns of predicted ones, counts.</summary>
internal sealed record DrawnConfusion(string Name, IReadOnlyList<string> Classes, IReadOnlyList<long[]> Rows);

/// <summary>Confusion matrices side by side; a cell says which share of its row, the actual class, was taken for its column.</summary>
/// <param name="title">What is drawn.</param>
/// <param name="matrices">Of one or several models.</param>
internal sealed class ConfusionChart(string title, IReadOnlyList<DrawnConfusion> matrices) : IChart
{
    private const double Edge = 24;
    private const double Names = 70;
    private const double Side = 350;
    private const double LeastForText = 26;
    private const int MostBeside = 2;

    private int Columns => Math.Min(MostBeside, matrices.Count);

    private double PanelWidth => Names + Side + Edge;

    private double PanelHeight => Side + 96;

    public double Width => Edge + (Columns * PanelWidth);

    public double Height => 50 + ((((matrices.Count - 1) / Columns) + 1) * PanelHeight);

    public void Draw(ICanvas canvas)
    {
        canvas.Text(Edge, 30, title, 15, Colour.Ink, bold: true);
        foreach (var (number, matrix) in matrices.Index())
        {
            var (row, column) = Math.DivRem(number, Columns);
            Panel(canvas, matrix, Edge + (column * PanelWidth), 50 + (row * PanelHeight));
        }
    }

    private static void Panel(ICanvas canvas, DrawnConfusion matrix, double x, double y)
    {
        var (left, top, cell) = (x + Names, y + 44, Side / matrix.Classes.Count);
        var size = Math.Clamp(cell / (0.58 * matrix.Classes.Max(name => name.Length)), 7, 11);
        canvas.Text(x, y + 14, Legend.Cut(matrix.Name, Names + Side, 13), 13, Colour.Ink, bold: true);
        canvas.Text(left - 8, y + 36, "actual", 10, Colour.Faint, Anchor.End);
        foreach (var (actual, counts) in matrix.Rows.Index())
        {
            canvas.Text(left - 8, top + ((actual + 0.5) * cell) + 4, Legend.Cut(matrix.Classes[actual], Names - 8, 11), Math.Min(11, cell), Colour.Ink, Anchor.End);
            canvas.Text(left + ((actual + 0.5) * cell), y + 36, Legend.Cut(matrix.Classes[actual], cell, size), size, Colour.Ink, Anchor.Middle);
            var all = counts.Sum();
            foreach (var (predicted, count) in counts.Index())
            {
                var share = all == 0 ? 0 : (double)count / all;
                var (cellX, cellY) = (left + (predicted * cell), top + (actual * cell));
                canvas.Shape(
                    [(cellX, cellY), (cellX + cell - 1, cellY), (cellX + cell - 1, cellY + cell - 1), (cellX, cellY + cell - 1)],
                    Colour.Series[4],
                    0.06 + (0.7 * share));
                if (cell >= LeastForText)
                {
                    var text = all == 0 ? "-" : Math.Round(100 * share).ToString(CultureInfo.InvariantCulture);
                    canvas.Text(cellX + (cell / 2), cellY + (cell / 2) + 4, text, Math.Min(12, cell / 2.6), Colour.Ink, Anchor.Middle, bold: actual == predicted);
                }
            }
        }

        canvas.Text(left + (Side / 2), top + Side + 18, "taken for (per cent of the row)", 11, Colour.Faint, Anchor.Middle);
    }
}
