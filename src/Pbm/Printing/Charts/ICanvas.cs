namespace Cohort.Pbm.Printing.Charts;

/// <summary>What charts are drawn on: shapes and lines of text, in pixels from the top left.</summary>
internal interface ICanvas
{
    /// <summary>A filled convex shape, through which what lies under it is seen where its opacity is below 1.</summary>
    void Shape(ReadOnlySpan<(double X, double Y)> corners, Colour colour, double opacity = 1);

    /// <summary>A straight line.</summary>
    void Line(double x, double y, double toX, double toY, double width, Colour colour);

    /// <summary>A line of text; (x, y) is where its base line begins, ends, or has its middle.</summary>
    void Text(double x, double y, string text, double size, Colour colour, Anchor anchor = Anchor.Start, bool bold = false);
}

/// <summary>Where on its line a text is held.</summary>
internal enum Anchor
{
    Start,
    Middle,
    End,
}

/// <summary>A colour of the screen.</summary>
internal readonly record struct Colour(byte Red, byte Green, byte Blue)
{
    public static Colour White { get; } = new(255, 255, 255);
    public static Colour Ink { get; } = new(34, 34, 34);
    public static Colour Faint { get; } = new(110, 110, 110);
    public static Colour Rule { get; } = new(217, 217, 217);

    /// <summary>Colours that people with any kind of colour blindness tell apart (Okabe and Ito 2008), darker ones first.</summary>
    public static IReadOnlyList<Colour> Series { get; } =
        [new(0, 114, 178), new(213, 94, 0), new(0, 158, 115), new(204, 121, 167), new(86, 180, 233)];
}

/// <summary>Shapes that are made of others.</summary>
internal static class CanvasShapes
{
    public static void Rectangle(this ICanvas canvas, double x, double y, double width, double height, Colour colour)
        => canvas.Shape([(x, y), (x + width, y), (x + width, y + height), (x, y + height)], colour);

    /// <summary>A point of a series: each series has a form of its own, so that colour is not needed to tell them apart.</summary>
    public static void Marker(this ICanvas canvas, double x, double y, int series)
    {
        const double R = 5;
        var colour = Colour.Series[series % Colour.Series.Count];
        switch (series % 4)
        {
            case 0:
                var circle = new (double, double)[24];
                for (var i = 0; i < circle.Length; i++)
                {
                    var (sin, cos) = Math.SinCos(2 * Math.PI * i / circle.Length);
                    circle[i] = (x + (R * cos), y + (R * sin));
                }

                canvas.Shape(circle, colour);
                break;
            case 1:
                canvas.Rectangle(x - (0.9 * R), y - (0.9 * R), 1.8 * R, 1.8 * R, colour);
                break;
            case 2:
                canvas.Shape([(x, y - (1.2 * R)), (x + (1.1 * R), y + (0.8 * R)), (x - (1.1 * R), y + (0.8 * R))], colour);
                break;
            default:
                canvas.Shape([(x, y - (1.3 * R)), (x + (1.3 * R), y), (x, y + (1.3 * R)), (x - (1.3 * R), y)], colour);
                break;
        }
    }
}
