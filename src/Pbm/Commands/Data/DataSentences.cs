using System.Globalization;
using Cohort.Model.Data;
using Cohort.Pbm.Printing;

namespace Cohort.Pbm.Commands;

/// <summary>A data set in a sentence.</summary>
internal static class DataSentences
{
    public static string Of(DataSet data, Duplicates? duplicates)
    {
        var kind = data.IsSynthetic ? " (synthetic)" : "";
        var dropped = duplicates is { } report && report.Across.Count > 0
            ? string.Create(
                CultureInfo.InvariantCulture, $" {report.Across.Count} test {data.Shape.Kind}s that also stand in training were dropped.")
            : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"Data {data.Name}{kind}: {data.Train.Count:N0} training{Among(data)} and {data.Test.Count:N0} test samples, "
            + $"{data.Classes.Count} classes.{dropped}{(data.LeftOut.Length == 0 ? "" : " " + data.LeftOut)}");
    }

    /// <summary>How many of the training samples were made, where not all of the data was: "344 derived and 20 synthetic"; else null.</summary>
    public static string? Made(DataSet data)
        => data.IsSynthetic || data.Made is not { Any: true } made ? null
            : string.Join(
                " and ",
                new[] { (Count: made.Derived, What: "derived"), (Count: made.Synthetic, What: "synthetic") }
                    .Where(part => part.Count > 0)
                    .Select(part => $"{Figures.Count(part.Count)} {part.What}"));

    private static string Among(DataSet data) => Made(data) is { } made ? $" ({made})" : "";
}
