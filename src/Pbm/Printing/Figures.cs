using System.Globalization;

namespace Cohort.Pbm.Printing;

/// <summary>Numbers as people read them, the same in every country.</summary>
internal static class Figures
{
    private const string None = "-";

    public static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    public static string Count(long number, string what) => $"{Count(number)} {what}{(number == 1 ? "" : "s")}";

    public static string Share(double share) => share.ToString("P1", CultureInfo.InvariantCulture);

    public static string Accuracy(double? share) => share?.ToString("P2", CultureInfo.InvariantCulture) ?? None;

    /// <summary>A loss, a divergence or a score, with four decimals.</summary>
    public static string Measure(double? value) => value?.ToString("F4", CultureInfo.InvariantCulture) ?? None;

    public static string Seconds(TimeSpan span) => span.TotalSeconds.ToString("F1", CultureInfo.InvariantCulture);

    public static string Bytes(long bytes) => bytes switch
    {
        < 1 << 10 => $"{bytes} B",
        < 1 << 20 => $"{(bytes / 1024.0).ToString("F1", CultureInfo.InvariantCulture)} KiB",
        _ => $"{(bytes / 1024.0 / 1024.0).ToString("F1", CultureInfo.InvariantCulture)} MiB",
    };

    /// <summary>In the time zone of whoever reads.</summary>
    public static string Time(DateTimeOffset time)
        => time.ToLocalTime().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
}
