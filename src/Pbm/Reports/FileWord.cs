namespace Cohort.Pbm.Reports;

/// <summary>Names as part of a file's name, or of a link within a page.</summary>
internal static class FileWord
{
    /// <summary>ASCII letters and digits in lower case; what else there is becomes a hyphen.</summary>
    public static string Of(string name)
        => string.Join('-', string.Concat(name.Select(letter => char.IsAsciiLetterOrDigit(letter) ? char.ToLowerInvariant(letter) : ' '))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
