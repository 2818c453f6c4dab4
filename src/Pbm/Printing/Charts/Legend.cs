namespace Cohort.Pbm.Printing.Charts;

/// <summary>Names of series with their marks, in as many rows as they need.</summary>
internal sealed class Legend
{
    private const double RowHeight = 20;
    private const double Mark = 22;
    private const double Gap = 18;
    private const double Size = 12;

    private readonly List<(string Name, double X, int Row)> _places = [];

    /// <param name="names">In the order of the series; a single one needs no legend.</param>
    /// <param name="width">Of the row, in pixels.</param>
    public Legend(IReadOnlyList<string> names, double width)
    {
        if (names.Count < 2)
        {
            return;
        }

        var (x, row) = (0.0, 0);
        foreach (var name in names)
        {
            var wide = Mark + WidthOf(name, Size) + Gap;
            if (x > 0 && x + wide > width)
            {
                (x, row) = (0, row + 1);
            }

            _places.Add((name, x, row));
            x += wide;
        }
    }

    public double Height => _places.Count == 0 ? 0 : (_places[^1].Row + 1) * RowHeight;

    public void Draw(ICanvas canvas, double left, double top)
    {
        foreach (var (series, (name, x, row)) in _places.Index())
        {
            canvas.Marker(left + x + 7, top + (row * RowHeight) + 6, series);
            canvas.Text(left + x + Mark, top + (row * RowHeight) + 10, name, Size, Colour.Ink);
        }
    }

    /// <summary>About how many pixels a text takes.</summary>
    public static double WidthOf(string text, double size) => 0.58 * size * text.Length;

    /// <summary>A text that takes no more than so many pixels; what is cut off is a full stop.</summary>
    public static string Cut(string text, double width, double size)
    {
        var most = Math.Max(2, (int)(width / (0.58 * size)));
        return text.Length <= most ? text : text[..(most - 1)] + ".";
    }
}
