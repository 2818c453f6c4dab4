namespace Cohort.Model.Plans;

/// <summary>Finds the word that somebody meant.</summary>
internal static class Spelling
{
    /// <returns>" (did you mean "adam"?)", or nothing where no word is close.</returns>
    public static string DidYouMean(string word, IEnumerable<string> words) =>
        Closest(word, words) is { } close ? $" (did you mean \"{close}\"?)" : "";

    /// <returns>"sgd or adam", "iid, dirichlet or shards".</returns>
    public static string OneOf(IReadOnlyList<string> words) =>
        words.Count == 1 ? words[0] : $"{string.Join(", ", words.SkipLast(1))} or {words[^1]}";

    /// <returns>The nearest word within a third of the letters, at least one; null where there is none.</returns>
    public static string? Closest(string word, IEnumerable<string> words)
    {
        var best = words.Select(w => (Word: w, Distance: Distance(word.ToUpperInvariant(), w.ToUpperInvariant())))
            .OrderBy(c => c.Distance)
            .ThenBy(c => c.Word, StringComparer.Ordinal)
            .FirstOrDefault();
        return best.Word is not null && best.Distance <= Math.Max(1, best.Word.Length / 3) ? best.Word : null;
    }

    /// <summary>Edits (insert, delete, replace) between two words: Levenshtein 1966, by rows.</summary>
    private static int Distance(string a, string b)
    {
        if (a.Length > 100)
            return a.Length;
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var replace = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replace, 1 + Math.Min(row[j], row[j - 1]));
            }
        }
        return row[b.Length];
    }
}
