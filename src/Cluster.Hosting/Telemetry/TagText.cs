using System.Globalization;
using System.Text;

namespace Cohort.Hosting.Telemetry;

/// <summary>Tags in the form of Prometheus labels: <c>a="1",b="x"</c>.</summary>
internal static class TagText
{
    public static string Of(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty)
        {
            return "";
        }

        var text = new StringBuilder();
        foreach (var (key, value) in tags)
        {
            text.Append(text.Length > 0 ? "," : "").Append(PrometheusText.NameOf(key)).Append("=\"");
            foreach (var letter in Convert.ToString(value, CultureInfo.InvariantCulture) ?? "")
            {
                text.Append(letter switch
                {
                    '\\' => "\\\\",
                    '"' => "\\\"",
                    '\n' => "\\n",
                    _ => letter.ToString(),
                });
            }

            text.Append('"');
        }

        return text.ToString();
    }
}
