using System.Globalization;

namespace Cohort.Hosting.Configuration;

/// <summary>
/// All options of an executable, in the order of its help page. Defaults live in the options record; here is what may be given,
/// where, and what it means.
/// </summary>
/// <param name="program">The executable's name.</param>
/// <param name="purpose">What it is, in a sentence.</param>
/// <param name="defaults">Options with nothing given.</param>
/// <param name="check">What is wrong with options as a whole, each a sentence that names a key.</param>
public sealed partial class SettingTable<TOptions>(
    string program, string purpose, TOptions defaults, Func<TOptions, IEnumerable<string>> check)
    where TOptions : class
{
    private readonly List<Setting<TOptions>> _all = [];

    public IReadOnlyList<Setting<TOptions>> All => _all;

    public SettingTable<TOptions> Text(
        string key, string value, string meaning, Func<TOptions, string?> get, Func<TOptions, string, TOptions> set)
        => Add(new(key, value, meaning, options => get(options) ?? "", set));

    public SettingTable<TOptions> Secret(string key, string meaning, Func<TOptions, string, TOptions> set)
        => Add(new(key, "SECRET", meaning, _ => "", set, IsSecret: true));

    public SettingTable<TOptions> Whole(
        string key, string meaning, int least, Func<TOptions, int> get, Func<TOptions, int, TOptions> set)
        => Add(new(
            key,
            "N",
            meaning,
            options => get(options).ToString(CultureInfo.InvariantCulture),
            (options, text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= least
                ? set(options, value)
                : throw new FormatException($"a whole number of at least {least}")));

    public SettingTable<TOptions> Span(
        string key, string meaning, Func<TOptions, TimeSpan> get, Func<TOptions, TimeSpan, TOptions> set)
        => Add(new(key, "SPAN", meaning, options => SpanText.Of(get(options)), (options, text) => set(options, SpanText.Parse(text))));

    public SettingTable<TOptions> Choice<TEnum>(
        string key, string meaning, Func<TOptions, TEnum> get, Func<TOptions, TEnum, TOptions> set)
        where TEnum : struct, Enum
    {
        var names = string.Join('|', Enum.GetNames<TEnum>().Select(name => name.ToLowerInvariant()));
        return Add(new(
            key,
            names,
            meaning,
            options => get(options).ToString().ToLowerInvariant(),
            (options, text) => Enum.GetNames<TEnum>().Contains(text, StringComparer.OrdinalIgnoreCase)
                ? set(options, Enum.Parse<TEnum>(text, ignoreCase: true))
                : throw new FormatException($"one of {names.Replace("|", ", ", StringComparison.Ordinal)}")));
    }

    private SettingTable<TOptions> Add(Setting<TOptions> setting)
    {
        _all.Add(setting);
        return this;
    }
}

/// <summary>Spans of time as people write them in configuration files: 500ms, 30s, 2m, 1h.</summary>
public static class SpanText
{
    private static readonly (string Unit, TimeSpan Length)[] Units =
    [
        ("ms", TimeSpan.FromMilliseconds(1)),
        ("s", TimeSpan.FromSeconds(1)),
        ("m", TimeSpan.FromMinutes(1)),
        ("h", TimeSpan.FromHours(1)),
    ];

    /// <exception cref="FormatException">It is none; the message says what was expected.</exception>
    public static TimeSpan Parse(string text)
    {
        foreach (var (unit, length) in Units)
        {
            if (text.EndsWith(unit, StringComparison.Ordinal)
                && int.TryParse(text[..^unit.Length], NumberStyles.None, CultureInfo.InvariantCulture, out var count)
                && count is > 0 and <= 1_000_000)
            {
                return count * length;
            }
        }

        throw new FormatException("a span such as 500ms, 30s or 2m");
    }

    public static string Of(TimeSpan span)
    {
        var (unit, length) = Units.Last(unit => span.Ticks % unit.Length.Ticks == 0 || string.Equals(unit.Unit, "ms", StringComparison.Ordinal));
        return ((long)(span / length)).ToString(CultureInfo.InvariantCulture) + unit;
    }
}
