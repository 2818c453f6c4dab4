namespace Cohort.Pbm.Printing.Charts;

/// <summary>A part of another canvas, whose top left is here.</summary>
internal sealed class ShiftedCanvas(ICanvas canvas, double left, double top) : ICanvas
{
    public void Shape(ReadOnlySpan<(double X, double Y)> corners, Colour colour, double opacity = 1)
    {
        var shifted = new (double X, double Y)[corners.Length];
        for (var i = 0; i < corners.Length; i++)
        {
            shifted[i] = (corners[i].X + left, corners[i].Y + top);
        }

        canvas.Shape(shifted, colour, opacity);
    }

    public void Line(double x, double y, double toX, double toY, double width, Colour colour)
        => canvas.Line(x + left, y + top, toX + left, toY + top, width, colour);

    public void Text(double x, double y, string text, double size, Colour colour, Anchor anchor = Anchor.Start, bool bold = false)
        => canvas.Text(x + left, y + top, text, size, colour, anchor, bold);
}
