using System.Text;
using Cohort.Model.Files;

namespace Cohort.Pbm.Printing;

/// <summary>Rows of fields as CSV (RFC 4180, lines ending in LF): fields with commas, quotes or line ends are quoted.</summary>
internal static class CsvText
{
    private static readonly char[] s_special = [',', '"', '\n', '\r'];

    public static string Of(IEnumerable<IReadOnlyList<string>> rows)
    {
        var text = new StringBuilder();
        foreach (var row in rows)
        {
            text.AppendJoin(',', row.Select(Field)).Append('\n');
        }

        return text.ToString();
    }

    /// <exception cref="StorageException">The file cannot be written; what stood there before still does.</exception>
    public static void Write(string path, IEnumerable<IReadOnlyList<string>> rows)
    {
        var bytes = Encoding.UTF8.GetBytes(Of(rows));
        DurableFile.Write(path, stream => stream.Write(bytes));
    }

    private static string Field(string text)
        => text.IndexOfAny(s_special) < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
