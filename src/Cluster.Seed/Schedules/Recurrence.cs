using System.Globalization;
using Cronos;

namespace Cohort.Seed.Schedules;

/// <summary>
/// When something comes again: so long after its last beginning (<c>30m</c>, <c>12h</c>, <c>1d</c>, <c>1w</c>), or at the times of a cron
/// expression of five fields (minute, hour, day of month, month, day of week), in UTC.
/// </summary>
public sealed class Recurrence : IEquatable<Recurrence>
{
    /// <summary>Nothing comes more often.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Longest = TimeSpan.FromDays(3650);
    private readonly string _text;
    private readonly TimeSpan? _interval;
    private readonly CronExpression? _cron;

    private Recurrence(string text, TimeSpan? interval, CronExpression? cron) => (_text, _interval, _cron) = (text, interval, cron);

    /// <exception cref="FormatException">It is neither a length of time nor a cron expression; a sentence.</exception>
    public static Recurrence Parse(string text)
    {
        var trimmed = text.Trim();
        if (IntervalOf(trimmed) is { } interval)
        {
            return interval >= Shortest && interval <= Longest
                ? new(trimmed, interval, null)
                : throw new FormatException($"'{text}' is not between a second and ten years.");
        }

        try
        {
            return new(trimmed, null, CronExpression.Parse(trimmed));
        }
        catch (CronFormatException problem)
        {
            throw new FormatException(
                $"'{text}' is neither a length of time, such as 30m, 12h, 1d or 1w, nor a cron expression in UTC, such as \"0 3 * * *\" ({problem.Message.TrimEnd('.')}).",
                problem);
        }
    }

    /// <summary>The next time after a beginning; where nothing has begun yet, an interval comes at once, and a cron expression at its time.</summary>
    /// <param name="created">When it was asked for.</param>
    /// <param name="begun">When it came last; null before the first time.</param>
    /// <returns>Null where it never comes again, such as on a 30th of February.</returns>
    public DateTimeOffset? Next(DateTimeOffset created, DateTimeOffset? begun)
        => _interval is { } interval
            ? begun is { } last ? last + interval : created
            : _cron!.GetNextOccurrence(begun ?? created, TimeZoneInfo.Utc);

    public bool Equals(Recurrence? other) => other is not null && string.Equals(_text, other._text, StringComparison.Ordinal);

    public override bool Equals(object? obj) => Equals(obj as Recurrence);

    public override int GetHashCode() => _text.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => _text;

    private static TimeSpan? IntervalOf(string text)
        => text.Length > 1 && double.TryParse(text[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            && number <= Longest.TotalSeconds
            ? text[^1] switch
            {
                's' => TimeSpan.FromSeconds(number),
                'm' => TimeSpan.FromMinutes(number),
                'h' => TimeSpan.FromHours(number),
                'd' => TimeSpan.FromDays(number),
                'w' => TimeSpan.FromDays(7 * number),
                _ => null,
            }
            : null;
}
