using System.IO.Hashing;
using System.Text;
using System.Text.RegularExpressions;
using Cohort.Model.Training;

namespace Cohort.Model.Data.Texts;

/// <summary>
/// From a text to the ids of its tokens. The text is folded (<see cref="TextFolding"/>) and cut where letters and digits meet anything
/// else. A run of anything else but spaces is a word too, since ":)" and "!!!" say how somebody feels. A word's tokens are the word itself
/// between marks of its ends, the pieces of that ("&lt;so", "so&gt;"), and the runs of words that it ends (Bojanowski et al. 2017; Joulin
/// et al. 2017). A token's id is its hash, taken to so many buckets: there is no vocabulary to learn, to agree on or to leak (Weinberger et
/// al. 2009). The same on every machine and under every culture.
/// </summary>
public static partial class Tokeniser
{
    // Seeds of the hash, so that "so" as a word, as a piece of one and as the end of a run are three tokens.
    private const long Word = 1;
    private const long Piece = 2;
    private const long Run = 3;

    /// <summary>The ids, word by word, so that of a text that is too long the beginning is seen whole.</summary>
    /// <param name="text">Any.</param>
    /// <param name="encoding">Which tokens, and how many buckets.</param>
    /// <param name="most">After so many it ends.</param>
    /// <returns>Each in [1, <see cref="TextEncoding.Buckets"/>].</returns>
    public static IReadOnlyList<int> Ids(string text, TextEncoding encoding, int most)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(encoding);
        var ids = new List<int>();
        var words = Words(text);
        for (var i = 0; i < words.Count && ids.Count < most; i++)
        {
            Add(words[i], Word);
            for (var length = 2; length <= encoding.WordGrams && length <= i + 1; length++)
            {
                Add(string.Join(' ', words.Skip(i + 1 - length).Take(length)), Run);
            }

            if (encoding.LeastCharacters > 0)
            {
                foreach (var piece in Pieces(words[i], encoding.LeastCharacters, encoding.MostCharacters))
                {
                    Add(piece, Piece);
                }
            }
        }

        return ids;

        void Add(string token, long kind)
        {
            if (ids.Count < most)
            {
                ids.Add(1 + (int)(XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(token), kind) % (ulong)encoding.Buckets));
            }
        }
    }

    /// <summary>The words of a text, folded.</summary>
    public static IReadOnlyList<string> Words(string text) => [.. Cut().Matches(TextFolding.Fold(text)).Select(match => match.Value)];

    // The whole word is a token already.
    private static IEnumerable<string> Pieces(string word, int least, int most)
    {
        Rune[] characters = [new('<'), .. word.EnumerateRunes(), new('>')];
        for (var length = least; length <= Math.Min(most, characters.Length - 1); length++)
        {
            for (var first = 0; first + length <= characters.Length; first++)
            {
                yield return string.Concat(characters.AsSpan(first, length).ToArray());
            }
        }
    }

    [GeneratedRegex(
        @"[\p{L}\p{M}\p{N}]+('[\p{L}\p{M}\p{N}]+)*|[^\s\p{L}\p{M}\p{N}]+",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Cut();
}
