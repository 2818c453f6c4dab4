namespace Cohort.Pbm.Printing.Charts;

/// <summary>A line of points; x grows.</summary>
internal sealed record LineSeries(string Name, IReadOnlyList<(double X, double Y)> Points);

/// <summary>Lines over a common axis, such as learning curves.</summary>
/// <param name="title">What is drawn.</param>
/// <param name="xName">What is on the horizontal axis, with its unit.</param>
/// <param name="yName">What is on the vertical axis, with its unit.</param>
/// <param name="series">At least one, with a point at least.</param>
internal sealed class LineChart(string title, string xName, string yName, IReadOnlyList<LineSeries> series) : IChart
{
    private const double Edge = 24;
    private const double Left = Edge + 56;
    private const double PlotHeight = 260;
    private const double MostMarkers = 10;

    private readonly Legend _legend = new([.. series.Select(line => line.Name)], 672);

    /// <summary>Both axes run from 0 to 1, in per cent, and their diagonal is drawn: where a calibrated model would lie.</summary>
    public bool IsReliability { get; init; }

    /// <summary>The vertical axis is in per cent.</summary>
    public bool IsShare { get; init; }

    /// <summary>The vertical axis begins at 0.</summary>
    public bool FromZero { get; init; }

    public double Width => IsReliability ? 480 : 720;

    public double Height => Top + PlotTall + 64;

    private double Top => 62 + _legend.Height;

    private double PlotTall => IsReliability ? Width - Left - Edge : PlotHeight;

    public void Draw(ICanvas canvas)
    {
        var points = series.SelectMany(line => line.Points).ToList();
        var xs = IsReliability ? new Ticks(0, 1, 0.2, IsShare: true)
            : Ticks.Around(points.Min(point => point.X), points.Max(point => point.X), most: 10, whole: true);
        var ys = IsReliability ? xs
            : Ticks.Around(FromZero ? 0 : points.Min(point => point.Y), points.Max(point => point.Y), IsShare);
        var (right, bottom) = (Width - Edge, Top + PlotTall);
        canvas.Text(Edge, 30, title, 15, Colour.Ink, bold: true);
        _legend.Draw(canvas, Edge, 42);
        canvas.Text(Edge, Top - 10, yName, 11, Colour.Faint);
        foreach (var mark in ys.Marks())
        {
            canvas.Line(Left, Y(mark), right, Y(mark), 1, Colour.Rule);
            canvas.Text(Left - 8, Y(mark) + 4, ys.Text(mark), 11, Colour.Faint, Anchor.End);
        }

        foreach (var mark in xs.Marks())
        {
            canvas.Line(X(mark), bottom, X(mark), bottom + 4, 1, Colour.Faint);
            canvas.Text(X(mark), bottom + 18, xs.Text(mark), 11, Colour.Faint, Anchor.Middle);
        }

        canvas.Line(Left, bottom, right, bottom, 1, Colour.Faint);
        canvas.Text((Left + right) / 2, bottom + 40, xName, 12, Colour.Ink, Anchor.Middle);
        if (IsReliability)
        {
            canvas.Line(Left, bottom, right, Top, 1.5, Colour.Faint);
        }

        foreach (var (number, line) in series.Index())
        {
            var colour = Colour.Series[number % Colour.Series.Count];
            for (var i = 1; i < line.Points.Count; i++)
            {
                var (from, to) = (line.Points[i - 1], line.Points[i]);
                canvas.Line(X(from.X), Y(from.Y), X(to.X), Y(to.Y), 2, colour);
            }

            // A few marks along the line tell series apart without their colours.
            var every = IsReliability ? 1 : Math.Max(1, (int)Math.Ceiling(line.Points.Count / MostMarkers));
            foreach (var (at, point) in line.Points.Index())
            {
                if (at % every == 0 || at == line.Points.Count - 1)
                {
                    canvas.Marker(X(point.X), Y(point.Y), number);
                }
            }
        }

        double X(double x) => Left + (xs.Place(x) * (right - Left));
        double Y(double y) => bottom - (ys.Place(y) * (bottom - Top));
    }
}
