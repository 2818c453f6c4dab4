namespace Cohort.Model.Data.Texts;

/// <summary>
/// One form for what reads the same: Unicode's <see cref="Nfkc"/> (full-width, ligature and styled letters become plain ones, accents join
/// their letters), lower case, and straight quotes.
/// </summary>
public static class TextFolding
{
    /// <summary>The folded text.</summary>
    public static string Fold(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Nfkc.Normalise(text).ToLowerInvariant().Replace('\u2019', '\'').Replace('\u2018', '\'');
    }
}
