using System.Xml;
using System.Xml.Linq;

namespace Cohort.Pbm.Reports;

/// <summary>Elements of a page. Text is text: whatever it holds is escaped, and what no page may hold is shown as a question mark.</summary>
internal static class Html
{
    private static readonly HashSet<string> s_void = new(StringComparer.Ordinal) { "meta", "img", "br" };

    /// <param name="name">Such as "td".</param>
    /// <param name="content">Elements, attributes by <see cref="With"/>, and texts.</param>
    public static XElement Element(string name, params IEnumerable<object> content)
    {
        var element = new XElement(name, content.Select(part => part is string text ? new XText(Clean(text)) : part));
        if (element.IsEmpty && !s_void.Contains(name))
        {
            element.Value = ""; // <td></td>: browsers take <td/> for an element that is never closed
        }

        return element;
    }

    public static XAttribute With(string attribute, string value) => new(attribute, Clean(value));

    /// <summary>A whole page, whose elements stand in no namespace.</summary>
    public static string Page(XElement root) => "<!DOCTYPE html>\n" + root.ToString(SaveOptions.DisableFormatting) + "\n";

    private static string Clean(string text)
        => IsClean(text) ? text : string.Concat(text.EnumerateRunes().Select(rune =>
            rune.IsBmp && !XmlConvert.IsXmlChar((char)rune.Value) ? "?" : rune.ToString()));

    private static bool IsClean(string text) => text.All(letter => XmlConvert.IsXmlChar(letter) && !char.IsSurrogate(letter));
}
