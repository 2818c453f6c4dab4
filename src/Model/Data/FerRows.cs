using System.Text;

namespace Cohort.Model.Data;

/// <summary>The rows of a FER2013 CSV, parsed from bytes in one pass without a string per value.</summary>
internal sealed class FerRows
{
    private const int Pixels = 48 * 48;
    private const int MostSamples = int.MaxValue / Pixels;
    private const int ChunkSize = 1 << 20;
    private const string PixelsName = "pixels";

    private readonly string _path;
    private readonly bool _pixelsSuffice;
    private int _line;
    private int _columns;
    private int _emotionColumn;
    private int _pixelsColumn;
    private int _usageColumn;

    private FerRows(string path, bool pixelsSuffice) => (_path, _pixelsSuffice) = (path, pixelsSuffice);

    public Samples Training { get; } = new();

    public Samples PublicTest { get; } = new();

    public Samples PrivateTest { get; } = new();

    /// <summary>Rows of a file without the column Usage, in file order; label 0 where there is no column emotion.</summary>
    public Samples Unsplit { get; } = new();

    /// <summary>Whether the file has the column emotion.</summary>
    public bool HasEmotions => _emotionColumn >= 0;

    /// <param name="stream">The file's bytes.</param>
    /// <param name="path">What errors call it.</param>
    /// <param name="pixelsSuffice">Whether the columns emotion and Usage may be absent; all rows are then <see cref="Unsplit"/>.</param>
    public static FerRows Parse(Stream stream, string path, bool pixelsSuffice = false)
    {
        var rows = new FerRows(path, pixelsSuffice);
        rows.ParseLines(stream);
        return rows;
    }

    // Complete lines are parsed where they lie; what is left of the last one moves to the buffer's start.
    private void ParseLines(Stream stream)
    {
        byte[] buffer = new byte[ChunkSize];
        int filled = 0;
        int read;
        while ((read = stream.Read(buffer, filled, buffer.Length - filled)) > 0)
        {
            ReadOnlySpan<byte> rest = buffer.AsSpan(0, filled + read);
            int end;
            while ((end = rest.IndexOf((byte)'\n')) >= 0)
            {
                ParseLine(rest[..end]);
                rest = rest[(end + 1)..];
            }

            filled = rest.Length;
            if (filled == buffer.Length)
                throw Wrong(_line + 1, $"is longer than {ChunkSize} bytes");
            rest.CopyTo(buffer);
        }

        if (filled > 0)
            ParseLine(buffer.AsSpan(0, filled));
        if (_line == 0)
            throw new DataFormatException($"'{_path}' is empty, expected {Expected}.");
    }

    private string Expected => _pixelsSuffice ? "the column pixels" : "the columns emotion, pixels, Usage";

    private void ParseLine(ReadOnlySpan<byte> line)
    {
        _line++;
        if (_line == 1)
            ParseHeader(line);
        else if (!line.Trim(" \r\t"u8).IsEmpty)
            ParseRow(line);
    }

    private void ParseHeader(ReadOnlySpan<byte> line)
    {
        if (line.StartsWith("\uFEFF"u8))
            line = line["\uFEFF"u8.Length..];
        string text = Encoding.Latin1.GetString(line.Length > 1000 ? line[..1000] : line);
        string[] names = [.. text.Split(',').Select(name => name.Trim(' ', '\t', '\r', '"'))];
        _columns = names.Length;
        _emotionColumn = Column("emotion");
        _pixelsColumn = Column(PixelsName);
        _usageColumn = Column("Usage");

        int Column(string name)
        {
            int index = Array.FindIndex(names, n => n.Equals(name, StringComparison.OrdinalIgnoreCase));
            return index >= 0 || (_pixelsSuffice && !ReferenceEquals(name, PixelsName)) ? index
                : throw Wrong(1, $"has no column '{name}'; expected {Expected}");
        }
    }

    private void ParseRow(ReadOnlySpan<byte> line)
    {
        Span<Range> fields = stackalloc Range[8];
        int found = 0;
        foreach (Range field in line.Split((byte)','))
        {
            if (found == fields.Length || found == _columns)
                throw Wrong(_line, $"has more than {_columns} columns");
            fields[found++] = field;
        }

        if (found < _columns)
            throw Wrong(_line, $"has {found} columns, expected {_columns}; the file may be cut short");

        Samples samples = _pixelsSuffice ? Unsplit : UsageOf(Unquoted(line[fields[_usageColumn]]));
        if (samples.Count == MostSamples)
            throw Wrong(_line, $"is one too many: at most {MostSamples} rows of one Usage can be read");
        byte label = HasEmotions ? LabelOf(Unquoted(line[fields[_emotionColumn]])) : (byte)0;
        ParsePixels(Unquoted(line[fields[_pixelsColumn]]), samples.Next());
        samples.Add(label);
    }

    private Samples UsageOf(ReadOnlySpan<byte> usage)
    {
        if (usage.SequenceEqual("Training"u8))
            return Training;
        if (usage.SequenceEqual("PublicTest"u8))
            return PublicTest;
        if (usage.SequenceEqual("PrivateTest"u8))
            return PrivateTest;
        throw Wrong(_line, $"has Usage '{Shown(usage)}', expected Training, PublicTest or PrivateTest");
    }

    private byte LabelOf(ReadOnlySpan<byte> emotion)
    {
        if (emotion.Length == 1 && emotion[0] is >= (byte)'0' and <= (byte)'6')
            return (byte)(emotion[0] - '0');
        throw Wrong(_line, $"has emotion '{Shown(emotion)}', expected 0 to 6");
    }

    private void ParsePixels(ReadOnlySpan<byte> text, Span<byte> pixels)
    {
        int count = 0;
        int value = -1;
        foreach (byte character in text)
        {
            uint digit = (uint)(character - '0');
            if (digit <= 9)
            {
                value = (Math.Max(value, 0) * 10) + (int)digit;
                if (value > 255)
                    throw Wrong(_line, $"has pixel {count + 1} above 255, expected 0 to 255");
            }
            else if (character == ' ')
            {
                Store(pixels);
            }
            else
            {
                throw Wrong(
                    _line, $"has '{Shown([character])}' in pixel {count + 1}, expected numbers 0 to 255 separated by spaces");
            }
        }

        Store(pixels);
        if (count != Pixels)
            throw Wrong(_line, $"has {count} pixel values, expected {Pixels} (48x48)");

        void Store(Span<byte> target)
        {
            if (value < 0)
                return;
            if (count < Pixels)
                target[count] = (byte)value;
            count++;
            value = -1;
        }
    }

    private static ReadOnlySpan<byte> Unquoted(ReadOnlySpan<byte> field) => field.Trim(" \t\r\""u8);

    private static string Shown(ReadOnlySpan<byte> text)
    {
        string shown = Encoding.Latin1.GetString(text.Length > 40 ? text[..40] : text);
        return string.Concat(shown.Select(c => char.IsControl(c) ? '?' : c));
    }

    private DataFormatException Wrong(int line, string what) => new($"'{_path}': line {line} {what}.");

    /// <summary>The rows of one Usage, in file order.</summary>
    internal sealed class Samples
    {
        private readonly List<byte> _labels = [];
        private byte[] _pixels = [];

        public int Count => _labels.Count;

        /// <summary>Room for the next picture; it counts once its label is added.</summary>
        public Span<byte> Next()
        {
            if (_pixels.Length < (Count + 1) * Pixels)
                Array.Resize(ref _pixels, (int)Math.Clamp(_pixels.Length * 2L, 64 * Pixels, MostSamples * Pixels));
            return _pixels.AsSpan(Count * Pixels, Pixels);
        }

        public void Add(byte label) => _labels.Add(label);

        public ImageArray ToImages() =>
            new(ImageShape.Face, EmotionClasses.Fer2013, _pixels[..(Count * Pixels)], [.. _labels]);
    }
}
