namespace Cohort.Hosting.Configuration;

/// <summary>One documented option of an executable.</summary>
/// <param name="Key">As in a configuration file: <c>Broker:Uri</c>.</param>
/// <param name="Value">What kind of value, for the help page: <c>URI</c>.</param>
/// <param name="Meaning">A sentence.</param>
/// <param name="Show">The value, as it would be given.</param>
/// <param name="Set">The options with this value; throws <see cref="FormatException"/> with what was expected.</param>
/// <param name="IsSecret">Given by the environment only, and never shown.</param>
public sealed record Setting<TOptions>(
    string Key,
    string Value,
    string Meaning,
    Func<TOptions, string> Show,
    Func<TOptions, string, TOptions> Set,
    bool IsSecret = false)
{
    /// <summary><c>--broker-uri</c> for <c>Broker:Uri</c>.</summary>
    public string Option => "--" + string.Join(
        '-',
        Key.Split(':').Select(part => string.Concat(part.Select((letter, i) =>
            char.IsUpper(letter) ? (i > 0 ? "-" : "") + char.ToLowerInvariant(letter) : letter.ToString()))));

    /// <summary><c>COHORT_BROKER__URI</c> for <c>Broker:Uri</c>.</summary>
    public string Variable => Settings.Prefix + Key.Replace(":", "__", StringComparison.Ordinal).ToUpperInvariant();

    /// <summary>True for every way to write the key: case, colons, dashes and underscores do not count.</summary>
    public bool IsNamed(string name) => string.Equals(Settings.Plain(Key), Settings.Plain(name), StringComparison.Ordinal);
}

/// <summary>How settings are named.</summary>
public static class Settings
{
    public const string Prefix = "COHORT_";

    internal static string Plain(string name)
        => string.Concat(name.Where(char.IsAsciiLetterOrDigit)).ToLowerInvariant();
}
