namespace Cohort.Pbm.Printing.Charts;

/// <summary>Bars in categories, one for each series.</summary>
/// <param name="title">What is drawn.</param>
/// <param name="xName">What the categories are.</param>
/// <param name="yName">What the bars' heights are, with their unit.</param>
/// <param name="categories">Their names, from left to right.</param>
/// <param name="series">Of each series its name, and a value of 0 or more for each category.</param>
internal sealed class BarChart(
    string title, string xName, string yName, IReadOnlyList<string> categories, IReadOnlyList<(string Name, IReadOnlyList<double> Values)> series) : IChart
{
    private const double Edge = 24;
    private const double Left = Edge + 56;
    private const double PlotHeight = 220;

    private readonly Legend _legend = new([.. series.Select(each => each.Name)], 672);

    /// <summary>Heights are whole numbers.</summary>
    public bool IsWhole { get; init; }

    public double Width => 720;

    public double Height => Top + PlotHeight + 64;

    private double Top => 62 + _legend.Height;

    public void Draw(ICanvas canvas)
    {
        var axis = Ticks.Around(0, series.SelectMany(each => each.Values).DefaultIfEmpty(0).Max(), whole: IsWhole);
        var (right, bottom) = (Width - Edge, Top + PlotHeight);
        var wide = (right - Left) / Math.Max(1, categories.Count);
        canvas.Text(Edge, 30, title, 15, Colour.Ink, bold: true);
        _legend.Draw(canvas, Edge, 42);
        canvas.Text(Edge, Top - 10, yName, 11, Colour.Faint);
        foreach (var mark in axis.Marks())
        {
            canvas.Line(Left, Y(mark), right, Y(mark), 1, Colour.Rule);
            canvas.Text(Left - 8, Y(mark) + 4, axis.Text(mark), 11, Colour.Faint, Anchor.End);
        }

        var widest = categories.Count == 0 ? 0 : categories.Max(name => Legend.WidthOf(name, 11)) + 10;
        var every = Math.Max(1, (int)Math.Ceiling(widest / wide));
        foreach (var (number, name) in categories.Index())
        {
            if (number % every == 0)
            {
                canvas.Text(Left + ((number + 0.5) * wide), bottom + 18, name, 11, Colour.Faint, Anchor.Middle);
            }

            var bar = 0.8 * wide / series.Count;
            foreach (var (of, (_, values)) in series.Index())
            {
                var x = Left + (number * wide) + (0.1 * wide) + (of * bar);
                canvas.Rectangle(x, Y(values[number]), Math.Max(1, bar - 1), bottom - Y(values[number]), Colour.Series[of % Colour.Series.Count]);
            }
        }

        canvas.Line(Left, bottom, right, bottom, 1, Colour.Faint);
        canvas.Text((Left + right) / 2, bottom + 40, xName, 12, Colour.Ink, Anchor.Middle);

        double Y(double value) => bottom - (axis.Place(value) * PlotHeight);
    }
}
