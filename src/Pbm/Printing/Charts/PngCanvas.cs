using Cohort.Model.Data;

namespace Cohort.Pbm.Printing.Charts;

/// <summary>A picture of pixels, twice as fine as the chart's, with smooth edges; texts are OpenCV's.</summary>
internal sealed class PngCanvas : ICanvas
{
    private const int Fineness = 2;
    private const int Steps = 4; // of a pixel, in which coverage is counted

    // OpenCV's plain font at scale 1 has capitals of 21 pixels; letters' capitals are 0.7 of a font's size.
    private const double ScaleOfSize = 0.7 * Fineness / 21;

    private readonly int _width;
    private readonly int _height;
    private readonly byte[] _pixels;

    public PngCanvas(double width, double height)
    {
        (_width, _height) = ((int)Math.Ceiling(width * Fineness), (int)Math.Ceiling(height * Fineness));
        _pixels = new byte[3 * _width * _height];
        Array.Fill<byte>(_pixels, 255);
    }

    public void Shape(ReadOnlySpan<(double X, double Y)> corners, Colour colour, double opacity = 1)
    {
        var (left, top, right, bottom) = (double.MaxValue, double.MaxValue, double.MinValue, double.MinValue);
        foreach (var (x, y) in corners)
        {
            (left, top) = (Math.Min(left, x * Fineness), Math.Min(top, y * Fineness));
            (right, bottom) = (Math.Max(right, x * Fineness), Math.Max(bottom, y * Fineness));
        }

        for (var y = Math.Max(0, (int)top); y <= Math.Min(_height - 1, (int)bottom); y++)
        {
            for (var x = Math.Max(0, (int)left); x <= Math.Min(_width - 1, (int)right); x++)
            {
                var covered = 0;
                for (var step = 0; step < Steps * Steps; step++)
                {
                    var (row, column) = Math.DivRem(step, Steps);
                    covered += IsInside(corners, (x + ((column + 0.5) / Steps)) / Fineness, (y + ((row + 0.5) / Steps)) / Fineness) ? 1 : 0;
                }

                Blend(x, y, opacity * covered / (Steps * Steps), colour);
            }
        }
    }

    public void Line(double x, double y, double toX, double toY, double width, Colour colour)
    {
        var length = Math.Sqrt(((toX - x) * (toX - x)) + ((toY - y) * (toY - y)));
        if (length == 0)
        {
            return;
        }

        var (acrossX, acrossY) = ((toY - y) / length * width / 2, (x - toX) / length * width / 2);
        Shape([(x + acrossX, y + acrossY), (toX + acrossX, toY + acrossY), (toX - acrossX, toY - acrossY), (x - acrossX, y - acrossY)], colour);
    }

    public void Text(double x, double y, string text, double size, Colour colour, Anchor anchor = Anchor.Start, bool bold = false)
    {
        // Written on a slip of its own first, as only that shows how long it is.
        const int Margin = 8;
        var scale = size * ScaleOfSize;
        var (slipWidth, slipHeight) = ((int)(text.Length * scale * 30) + (2 * Margin), (int)(scale * 45) + (2 * Margin));
        var baseLine = Margin + (int)(scale * 32);
        var slip = new byte[slipWidth * slipHeight];
        for (var stroke = 0; stroke < (bold ? 2 : 1); stroke++)
        {
            Vision.Write(slip, slipWidth, slipHeight, text, Margin + stroke, baseLine, scale, 255);
        }

        var end = slipWidth - 1;
        while (end > Margin && !Column(end))
        {
            end--;
        }

        var length = end + 1 - Margin;
        var shift = anchor switch { Anchor.Start => 0, Anchor.Middle => length / 2, _ => length };
        var (left, top) = ((int)Math.Round(x * Fineness) - shift - Margin, (int)Math.Round(y * Fineness) - baseLine);
        for (var row = 0; row < slipHeight; row++)
        {
            for (var column = 0; column < slipWidth; column++)
            {
                if (slip[(row * slipWidth) + column] is var shade and > 0
                    && left + column >= 0 && left + column < _width && top + row >= 0 && top + row < _height)
                {
                    Blend(left + column, top + row, shade / 255.0, colour);
                }
            }
        }

        bool Column(int column)
        {
            for (var row = 0; row < slipHeight; row++)
            {
                if (slip[(row * slipWidth) + column] > 0)
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>The file.</summary>
    public byte[] ToPng() => Vision.EncodePng(_pixels, _width, _height);

    private static bool IsInside(ReadOnlySpan<(double X, double Y)> corners, double x, double y)
    {
        var (left, right) = (false, false);
        for (var i = 0; i < corners.Length; i++)
        {
            var (from, to) = (corners[i], corners[(i + 1) % corners.Length]);
            var side = ((to.X - from.X) * (y - from.Y)) - ((to.Y - from.Y) * (x - from.X));
            left |= side > 0;
            right |= side < 0;
        }

        return !(left && right);
    }

    private void Blend(int x, int y, double share, Colour colour)
    {
        var pixel = _pixels.AsSpan(3 * ((y * _width) + x), 3);
        pixel[0] = Mix(pixel[0], colour.Red);
        pixel[1] = Mix(pixel[1], colour.Green);
        pixel[2] = Mix(pixel[2], colour.Blue);

        byte Mix(byte under, byte over) => (byte)Math.Round(under + (share * (over - under)));
    }
}
