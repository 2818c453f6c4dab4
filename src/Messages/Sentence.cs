namespace Cohort.Messages;

/// <summary>Text that travels between members is a sentence, not a way to send something.</summary>
public static class Sentence
{
    /// <summary>Longer ones are cut.</summary>
    public const int Longest = 300;

    public static string Cut(string text) => text.Length <= Longest ? text : text[..Longest];
}
