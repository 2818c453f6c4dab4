namespace Cohort.Pbm.Printing;

/// <summary>Text of others on this terminal: what could move the cursor or change colours is shown as a question mark.</summary>
internal static class Printable
{
    public static string Of(string text)
        => text.Any(char.IsControl)
            ? string.Create(text.Length, text, static (letters, from) =>
            {
                for (var i = 0; i < letters.Length; i++)
                {
                    letters[i] = char.IsControl(from[i]) ? '?' : from[i];
                }
            })
            : text;
}
