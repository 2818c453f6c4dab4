using Cohort.Model.Data;
using Cohort.Model.Data.Texts;

namespace Cohort.Pbm.Commands;

/// <summary>How long the texts of a set are, and what they look like.</summary>
/// <param name="Words">As the tokeniser cuts them, punctuation among them.</param>
/// <param name="Bytes">Of UTF-8.</param>
/// <param name="Examples">The first text of every class, shortened where it is long.</param>
internal sealed record TextContents(TextLengths Words, TextLengths Bytes, IReadOnlyList<ExampleText> Examples)
{
    private const int ShownLetters = 100;

    public static TextContents Of(ISampleSet set)
    {
        var texts = new string[set.Count];
        var row = new byte[set.Shape.Length];
        var lengths = new int[set.Count];
        for (var i = 0; i < texts.Length; i++)
        {
            set.CopySample(i, row);
            texts[i] = TextArray.Text(row);
            lengths[i] = row.AsSpan().IndexOf((byte)0) is >= 0 and var end ? end : row.Length;
        }

        var first = Enumerable.Range(0, set.Count).GroupBy(set.LabelOf).OrderBy(group => group.Key).Select(group => group.First());
        return new(
            TextLengths.Of(Array.ConvertAll(texts, text => Tokeniser.Words(text).Count)),
            TextLengths.Of(lengths),
            [.. first.Select(i => new ExampleText(set.Classes[set.LabelOf(i)], Shortened(texts[i])))]);
    }

    private static string Shortened(string text) => text.Length <= ShownLetters ? text : text[..ShownLetters].TrimEnd() + "...";
}

/// <summary>The least, the middle and the greatest of some lengths.</summary>
internal sealed record TextLengths(int Shortest, int Median, int Longest)
{
    public static TextLengths Of(int[] lengths)
    {
        Array.Sort(lengths);
        return new(lengths[0], lengths[lengths.Length / 2], lengths[^1]);
    }
}

/// <summary>A text of a class.</summary>
internal sealed record ExampleText(string Class, string Text);
