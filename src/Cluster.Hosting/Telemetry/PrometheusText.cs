using System.Globalization;
using System.Text;

namespace Cohort.Hosting.Telemetry;

/// <summary>
/// Prometheus' text exposition format 0.0.4 (https://prometheus.io/docs/instrumenting/exposition_formats/). By hand, since the package
/// that writes it is not to be had.
/// </summary>
public static class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    public static string Of(IEnumerable<Figure> figures)
    {
        var text = new StringBuilder();
        foreach (var metric in figures.GroupBy(figure => figure.Name, StringComparer.Ordinal))
        {
            var first = metric.First();
            var name = NameOf(metric.Key) + (first.IsCounter ? "_total" : "");
            text.Append("# HELP ").Append(name).Append(' ')
                .Append(first.Description.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal))
                .Append('\n');
            text.Append("# TYPE ").Append(name).Append(first.IsCounter ? " counter" : " gauge").Append('\n');
            foreach (var figure in metric)
            {
                text.Append(name);
                if (figure.Tags.Length > 0)
                {
                    text.Append('{').Append(figure.Tags).Append('}');
                }

                text.Append(' ').Append(figure.Value.ToString("R", CultureInfo.InvariantCulture)).Append('\n');
            }
        }

        return text.ToString();
    }

    /// <summary><c>cohort_slots_busy</c> for <c>cohort.slots.busy</c>.</summary>
    public static string NameOf(string name)
        => string.Concat(name.Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '_'));
}
