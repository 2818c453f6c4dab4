using System.Globalization;
using Cohort.Model.Data;

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
            $"Data {data.Name}{kind}: {data.Train.Count:N0} training and {data.Test.Count:N0} test samples, "
            + $"{data.Classes.Count} classes.{dropped}{(data.LeftOut.Length == 0 ? "" : " " + data.LeftOut)}");
    }
}
