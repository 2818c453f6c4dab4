namespace Cohort.Model.Data.Texts;

/// <summary>A file of lines <c>text;emotion</c>; the last semicolon of a line counts.</summary>
internal static class EmotionLines
{
    /// <exception cref="DataFormatException">It is no such file; the message names the line.</exception>
    public static List<TextRow> Read(string path)
        => [.. TextFile.Lines(path).Select(line => line.Line.LastIndexOf(';') is >= 0 and var end
            ? TextFile.Row(path, line.Number, line.Line[..end], line.Line[(end + 1)..])
            : throw new DataFormatException($"'{path}': line {line.Number} has no semicolon; expected text;emotion."))];
}
