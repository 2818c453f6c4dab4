using Cohort.Model.Evaluation;

namespace Cohort.Pbm.Printing.Charts;

/// <summary>A share with its interval; null where there is none.</summary>
/// <param name="Value">From 0 to 1.</param>
/// <param name="Interval">Where it lies with some certainty; null for a mere point.</param>
/// <param name="IsFaint">Drawn as a line without a point, as too few samples are behind it.</param>
internal sealed record RangeValue(double Value, Interval? Interval, bool IsFaint = false);

/// <summary>A row of a <see cref="RangeChart"/>: a value for each series.</summary>
internal sealed record RangeRow(string Name, IReadOnlyList<RangeValue?> Values);

/// <summary>Shares with their intervals, row by row: figures of classes or groups, of one or several models.</summary>
/// <param name="title">What is drawn.</param>
/// <param name="xName">What the shares are.</param>
/// <param name="series">Names, in the order of each row's values.</param>
/// <param name="rows">From top to bottom.</param>
internal sealed class RangeChart(string title, string xName, IReadOnlyList<string> series, IReadOnlyList<RangeRow> rows) : IChart
{
    private const double Edge = 24;
    private const double Names = 120;
    private const double Lane = 14;
    private const double Size = 12;

    private readonly Legend _legend = new(series, 672);

    public double Width => 720;

    public double Height => Top + (rows.Count * RowHeight) + 58;

    private double Top => 52 + _legend.Height;

    private double RowHeight => (series.Count * Lane) + 12;

    public void Draw(ICanvas canvas)
    {
        var axis = new Ticks(0, 1, 0.2, IsShare: true);
        var (left, right, bottom) = (Edge + Names, Width - Edge - 14, Top + (rows.Count * RowHeight));
        canvas.Text(Edge, 30, title, 15, Colour.Ink, bold: true);
        _legend.Draw(canvas, Edge, 42);
        foreach (var mark in axis.Marks())
        {
            canvas.Line(X(mark), Top, X(mark), bottom, 1, Colour.Rule);
            canvas.Text(X(mark), bottom + 18, axis.Text(mark), 11, Colour.Faint, Anchor.Middle);
        }

        canvas.Line(left, bottom, right, bottom, 1, Colour.Faint);
        canvas.Text((left + right) / 2, bottom + 40, xName, 12, Colour.Ink, Anchor.Middle);
        foreach (var (number, row) in rows.Index())
        {
            var middle = Top + (number * RowHeight) + (RowHeight / 2);
            canvas.Text(left - 10, middle + 4, Legend.Cut(row.Name, Names - 10, Size), Size, Colour.Ink, Anchor.End);
            if (number > 0)
            {
                canvas.Line(left, Top + (number * RowHeight), right, Top + (number * RowHeight), 1, Colour.Rule);
            }

            foreach (var (of, value) in row.Values.Index())
            {
                if (value is null)
                {
                    continue;
                }

                var y = middle + ((of - ((series.Count - 1) / 2.0)) * Lane);
                if (value.Interval is { } interval)
                {
                    var colour = Colour.Series[of % Colour.Series.Count];
                    canvas.Line(X(interval.Low), y, X(interval.High), y, value.IsFaint ? 1 : 2, colour);
                    canvas.Line(X(interval.Low), y - 4, X(interval.Low), y + 4, value.IsFaint ? 1 : 2, colour);
                    canvas.Line(X(interval.High), y - 4, X(interval.High), y + 4, value.IsFaint ? 1 : 2, colour);
                }

                if (value.IsFaint)
                {
                    canvas.Line(X(value.Value) - 3, y - 3, X(value.Value) + 3, y + 3, 1, Colour.Faint);
                    canvas.Line(X(value.Value) - 3, y + 3, X(value.Value) + 3, y - 3, 1, Colour.Faint);
                }
                else
                {
                    canvas.Marker(X(value.Value), y, of);
                }
            }
        }

        double X(double share) => left + (axis.Place(share) * (right - left));
    }
}
