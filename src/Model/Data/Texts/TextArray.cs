using System.Text;

namespace Cohort.Model.Data.Texts;

/// <summary>Texts in memory, one after the other as UTF-8, and their labels.</summary>
public sealed class TextArray : ISampleSet
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly byte[] _bytes;
    private readonly int[] _ends;
    private readonly byte[] _labels;
    private readonly int[]? _persons;
    private readonly Lazy<string> _digest;

    /// <param name="classes">Class names.</param>
    /// <param name="texts">Each not empty, without U+0000, and of no more than <see cref="TextShape.Default"/> bytes.</param>
    /// <param name="labels">One index into the classes per text; taken over without a copy.</param>
    /// <param name="persons">Who wrote each, or null where nobody is known; taken over without a copy.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, a label lies outside the classes, or a text is not as above.</exception>
    public TextArray(IReadOnlyList<string> classes, IReadOnlyList<string> texts, byte[] labels, int[]? persons = null)
    {
        ArgumentNullException.ThrowIfNull(classes);
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentNullException.ThrowIfNull(labels);
        if (texts.Count != labels.Length || (persons is not null && persons.Length != labels.Length))
            throw new ArgumentException($"There are {texts.Count} texts, {labels.Length} labels and {persons?.Length} persons.");
        int outside = labels.AsSpan().IndexOfAnyInRange((byte)Math.Min(classes.Count, byte.MaxValue), byte.MaxValue);
        if (outside >= 0)
            throw new ArgumentException($"Text {outside} has label {labels[outside]}, but there are {classes.Count} classes.");

        (Classes, _labels, _persons, _ends) = (classes, labels, persons, new int[labels.Length]);
        using var all = new MemoryStream();
        for (int i = 0; i < labels.Length; i++)
        {
            if (WhyNot(texts[i]) is { } problem)
                throw new ArgumentException($"Text {i} {problem}.");
            all.Write(Strict.GetBytes(texts[i]));
            _ends[i] = (int)all.Length;
        }

        _bytes = all.ToArray();
        _digest = new Lazy<string>(() => SampleDigest.Of(this));
    }

    public SampleShape Shape => TextShape.Default;

    public IReadOnlyList<string> Classes { get; }

    public int Count => _labels.Length;

    public string Digest => _digest.Value;

    public int LabelOf(int index) => _labels[index];

    public int PersonOf(int index) => _persons is null ? -1 : _persons[index];

    public void CopySample(int index, Span<byte> destination)
    {
        int begin = index == 0 ? 0 : _ends[index - 1];
        ReadOnlySpan<byte> text = _bytes.AsSpan(begin, _ends[index] - begin);
        text.CopyTo(destination);
        destination[text.Length..Shape.Length].Clear();
    }

    /// <summary>What keeps a text from being a sample, as the end of a sentence that begins with it; null for nothing.</summary>
    public static string? WhyNot(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (string.IsNullOrWhiteSpace(text))
            return "is empty";
        if (text.Contains('\0', StringComparison.Ordinal))
            return "has a zero character (U+0000) in it";
        // A character has three bytes at most, so that most texts need not be counted.
        int most = TextShape.Default.MostBytes;
        try
        {
            return text.Length <= most / 3 || Strict.GetByteCount(text) <= most
                ? null
                : $"has {text.Length} characters, which is more than the {most} bytes of UTF-8 that a text may have; shorten or cut it";
        }
        catch (EncoderFallbackException)
        {
            return "has half a character in it (an unpaired surrogate)";
        }
    }

    /// <summary>A text's row, as a set copies it: UTF-8, and zeros.</summary>
    /// <exception cref="DataFormatException">It is no text.</exception>
    public static byte[] Row(string text)
    {
        if (WhyNot(text) is { } problem)
            throw new DataFormatException($"The text {problem}.");
        byte[] row = new byte[TextShape.Default.Length];
        Strict.GetBytes(text, row);
        return row;
    }

    /// <summary>The text of a row.</summary>
    public static string Text(ReadOnlySpan<byte> row)
    {
        int end = row.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? row : row[..end]);
    }
}
