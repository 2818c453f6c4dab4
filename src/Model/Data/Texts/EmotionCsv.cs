using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;

namespace Cohort.Model.Data.Texts;

/// <summary>A CSV file (RFC 4180, with quotes) of the columns text and emotion, in any order.</summary>
internal static class EmotionCsv
{
    // In characters. A missing quote would otherwise take the rest of the file for one text.
    private const int LargestField = 1 << 16;

    private static readonly string[] Expected = ["text", "emotion"];

    /// <exception cref="DataFormatException">It is no such file; the message names the line.</exception>
    public static List<TextRow> Read(string path)
    {
        var line = 1;
        using var content = new StringReader(TextFile.Read(path));
        using var csv = new CsvParser(content, new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            BadDataFound = _ => throw Wrong("has a quote in the wrong place; a text with commas, quotes or line ends stands in quotes, and quotes inside it twice"),
            MaxFieldSize = LargestField,
        });
        try
        {
            if (!csv.Read())
                throw new DataFormatException($"'{path}' is empty: expected a first line with the columns text and emotion.");
            var columns = Array.ConvertAll(csv.Record!, name => name.Trim().ToLowerInvariant());
            if (!columns.Order(StringComparer.Ordinal).SequenceEqual(Expected.Order(StringComparer.Ordinal), StringComparer.Ordinal))
                throw Wrong($"has the columns {string.Join(", ", columns)}; expected text and emotion, and no others");
            var (text, emotion) = (Array.IndexOf(columns, "text"), Array.IndexOf(columns, "emotion"));
            var rows = new List<TextRow>();
            for (line = csv.RawRow + 1; csv.Read(); line = csv.RawRow + 1)
            {
                var fields = csv.Record!;
                if (fields.Length != columns.Length)
                    throw Wrong($"has {fields.Length} columns, expected {columns.Length}");
                rows.Add(TextFile.Row(path, line, fields[text], fields[emotion]));
            }

            return rows;
        }
        catch (MaxFieldSizeException)
        {
            throw Wrong(
                $"begins a text of more than {LargestField} characters, and one may have {TextShape.Default.MostBytes} bytes; "
                + "shorten it, or look for a quote that is not closed");
        }

        DataFormatException Wrong(string what) => new($"'{path}': line {line} {what}.");
    }
}
