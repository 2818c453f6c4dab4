using System.Buffers;
using System.Text;

namespace Cohort.Model.Data.Texts;

/// <summary>One labelled text of a file, and the line on which it begins.</summary>
public sealed record TextRow(string Text, string Label, int Line);

/// <summary>The content of a file of texts, plain or .gz, which has to be UTF-8.</summary>
public static class TextFile
{
    // A whole data set of texts is smaller by far; what is larger is no such file.
    private const int LargestFile = 1 << 30;

    /// <exception cref="DataFormatException">It is absent, damaged, too large or not UTF-8; the last names the line.</exception>
    public static string Read(string path)
    {
        byte[] bytes = SourceFile.Read(path, ReadAll);
        for (int at = 0, line = 1; at < bytes.Length;)
        {
            if (Rune.DecodeFromUtf8(bytes.AsSpan(at), out _, out int length) != OperationStatus.Done)
                throw new DataFormatException($"'{path}': line {line} is not UTF-8 (byte {at} is 0x{bytes[at]:x2}); save the file as UTF-8.");
            line += bytes[at] == (byte)'\n' ? 1 : 0;
            at += length;
        }

        return Encoding.UTF8.GetString(bytes).TrimStart('\uFEFF');

        byte[] ReadAll(Stream stream)
        {
            using var all = new MemoryStream();
            byte[] buffer = new byte[1 << 16];
            for (int read = stream.Read(buffer); read > 0; read = stream.Read(buffer))
            {
                all.Write(buffer, 0, read);
                if (all.Length > LargestFile)
                    throw new DataFormatException($"'{path}' has more than {LargestFile} bytes, more than a file of texts may have.");
            }

            return all.ToArray();
        }
    }

    /// <summary>A row, if its text and label can be used.</summary>
    /// <exception cref="DataFormatException">They cannot.</exception>
    public static TextRow Row(string path, int line, string text, string label)
    {
        text = text.Trim();
        label = label.Trim();
        if (TextArray.WhyNot(text) is { } problem)
            throw new DataFormatException($"'{path}': line {line}: the text {problem}.");
        return label.Length > 0 ? new(text, label, line) : throw new DataFormatException($"'{path}': line {line}: the text has no emotion.");
    }

    /// <summary>The lines of a file that are not blank, with their numbers.</summary>
    public static IEnumerable<(int Number, string Line)> Lines(string path)
        => Read(path).Split('\n').Select((line, i) => (i + 1, line.TrimEnd('\r'))).Where(line => !string.IsNullOrWhiteSpace(line.Item2));
}
