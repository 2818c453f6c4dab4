using System.Globalization;
using System.Security;
using System.Text;
using System.Xml.Linq;

namespace Cohort.Pbm.Printing.Charts;

/// <summary>An SVG file (SVG 1.1), which browsers and papers show at any size.</summary>
internal sealed class SvgCanvas(double width, double height) : ICanvas
{
    // Colours that a page may have otherwise, as on a dark screen.
    private static readonly Dictionary<string, string> s_names = new(StringComparer.Ordinal)
    {
        [Hex(Colour.White)] = "--paper",
        [Hex(Colour.Ink)] = "--ink",
        [Hex(Colour.Faint)] = "--faint",
        [Hex(Colour.Rule)] = "--rule",
        [Hex(Colour.Series[0])] = "--series-0",
        [Hex(Colour.Series[1])] = "--series-1",
        [Hex(Colour.Series[2])] = "--series-2",
        [Hex(Colour.Series[3])] = "--series-3",
        [Hex(Colour.Series[4])] = "--series-4",
    };

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

    /// <summary>For a page: of its width, with the page's colours, and with a name for those who hear pages.</summary>
    /// <param name="label">What the picture shows.</param>
    public XElement ToElement(string label)
    {
        var element = XElement.Parse(ToSvg());
        element.Elements().First().Remove(); // the paper
        foreach (var part in element.Elements())
        {
            foreach (var attribute in part.Attributes().Where(attribute => attribute.Name.LocalName is "fill" or "stroke").ToList())
            {
                if (s_names.TryGetValue(attribute.Value, out var name))
                {
                    part.SetAttributeValue("style", $"{attribute.Name.LocalName}: var({name})");
                    attribute.Remove();
                }
            }
        }

        element.Attribute("width")!.Remove();
        element.Attribute("height")!.Remove();
        element.Attribute("font-family")!.Remove();
        element.SetAttributeValue("role", "img");
        element.SetAttributeValue("aria-label", label);
        return element;
    }

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
