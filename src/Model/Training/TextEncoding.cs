using Cohort.Model.Data;
using Cohort.Model.Data.Texts;

namespace Cohort.Model.Training;

/// <summary>
/// How a text becomes tokens: the ids of its words, of words that stand side by side, and of the characters inside its words, each hashed
/// into one of so many buckets (Weinberger et al. 2009; Joulin et al. 2017; Bojanowski et al. 2017). A plan's <c>data.text</c>, and a
/// part of a model's file, so that the file alone is enough to read a text.
/// </summary>
public sealed record TextEncoding : IInputEncoding
{
    /// <summary>The most of <see cref="Buckets"/>; float32 holds their numbers exactly.</summary>
    public const int LargestBuckets = 1 << 20;

    /// <summary>The most of <see cref="MostTokens"/>.</summary>
    public const int LargestTokens = 1 << 14;

    /// <summary>The most of <see cref="WordGrams"/>, and of characters.</summary>
    public const int LargestRun = 10;

    /// <summary>How many ids there are beside 0, which stands for no token.</summary>
    public int Buckets { get; init; } = 32_768;

    /// <summary>Tokens of one text; what a longer one has beyond is not seen.</summary>
    public int MostTokens { get; init; } = 512;

    /// <summary>Words of the longest run that is a token: 1 for words alone, 2 for pairs too.</summary>
    public int WordGrams { get; init; } = 2;

    /// <summary>Characters of the shortest piece of a word that is a token; 0 for no pieces.</summary>
    public int LeastCharacters { get; init; } = 3;

    /// <summary>Characters of the longest.</summary>
    public int MostCharacters { get; init; } = 5;

    public SampleShape? InputOf(SampleShape samples) => samples is TextShape ? new TokenShape(MostTokens, Buckets) : null;

    public void Apply(ReadOnlySpan<byte> sample, Span<float> values)
    {
        var ids = Tokeniser.Ids(TextArray.Text(sample), this, values.Length);
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = i < ids.Count ? ids[i] : 0;
        }
    }
}
