using System.Globalization;
using System.Security;
using System.Text;

namespace Cohort.Pbm.Printing.Charts;

/// <summary>An SVG file (SVG 1.1), which browsers and papers show at any size.</summary>
internal sealed class SvgCanvas(double width, double height) : ICanvas
{
    private readonly StringBuilder _body = new();

    public void Shape(ReadOnlySpan<(double X, double Y)> corners, Colour colour, double opacity = 1)
    {
        _body.Append("<polygon points=\"");
        for (var i = 0; i < corners.Length; i++)
        {
            _body.Append(i > 0 ? " " : "").Append(Number(corners[i].X)).Append(',').Append(Number(corners[i].Y));
        }

        _body.Append(CultureInfo.InvariantCulture, $"\" fill=\"{Hex(colour)}\"{(opacity < 1 ? $" fill-opacity=\"{Number(opacity)}\"" : "")}/>\n");
    }

    public void Line(double x, double y, double toX, double toY, double width, Colour colour)
        => _body.Append(
            CultureInfo.InvariantCulture,
            $"<line x1=\"{Number(x)}\" y1=\"{Number(y)}\" x2=\"{Number(toX)}\" y2=\"{Number(toY)}\" stroke=\"{Hex(colour)}\" stroke-width=\"{Number(width)}\"/>\n");

    public void Text(double x, double y, string text, double size, Colour colour, Anchor anchor = Anchor.Start, bool bold = false)
        => _body.Append(
            CultureInfo.InvariantCulture,
            $"<text x=\"{Number(x)}\" y=\"{Number(y)}\" font-size=\"{Number(size)}\" fill=\"{Hex(colour)}\"{(anchor is Anchor.Start ? "" : $" text-anchor=\"{(anchor is Anchor.End ? "end" : "middle")}\"")}{(bold ? " font-weight=\"bold\"" : "")}>{SecurityElement.Escape(text)}</text>\n");

    /// <summary>The file's text.</summary>
    public string ToSvg() => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        <svg xmlns="http://www.w3.org/2000/svg" width="{Number(width)}" height="{Number(height)}" viewBox="0 0 {Number(width)} {Number(height)}" font-family="Helvetica, Arial, 'DejaVu Sans', sans-serif">
        <rect width="100%" height="100%" fill="#ffffff"/>
        {_body}</svg>

        """);

    private static string Hex(Colour colour) => $"#{colour.Red:x2}{colour.Green:x2}{colour.Blue:x2}";

    private static string Number(double value) => Math.Round(value, 2).ToString("0.##", CultureInfo.InvariantCulture);
}
