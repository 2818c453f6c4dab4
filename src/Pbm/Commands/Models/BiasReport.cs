using System.Globalization;
using Cohort.Model.Data;
using Cohort.Model.Evaluation.Bias;

namespace Cohort.Pbm.Commands;

/// <summary>What <c>pbm model bias --json</c> prints.</summary>
/// <param name="Model">The model's hash.</param>
/// <param name="Data">Name of the data set.</param>
/// <param name="Synthetic">Whether its samples are generated.</param>
/// <param name="Samples">Test samples.</param>
/// <param name="Attributes">One for each attribute that was asked for.</param>
internal sealed record BiasReport(string Model, string Data, bool Synthetic, int Samples, IReadOnlyList<AttributeBias> Attributes)
{
    /// <param name="judged">What the model says of test samples.</param>
    /// <param name="attributes">By what; empty for all attributes there are.</param>
    /// <param name="least">Fewer samples give no gap.</param>
    /// <param name="resamples">0 for no intervals.</param>
    /// <param name="unknownCounts">Samples whose value is not known are a group too.</param>
    /// <exception cref="DataFormatException">There is no such attribute; the message names those there are.</exception>
    public static BiasReport Of(JudgedModel judged, IReadOnlyList<string> attributes, int least, int resamples, bool unknownCounts)
    {
        var audit = new BiasAudit(judged.Predictions, judged.Data.Classes, least, resamples, unknownCounts);
        var test = judged.Data.Test;
        var persons = test.AttributeNames.Contains(SampleAttribute.Person, StringComparer.Ordinal) ? SampleAttribute.Read(test, SampleAttribute.Person) : null;
        var names = attributes.Count > 0 ? attributes : judged.Data.Test.AttributeNames;
        return new(
            judged.Model.Hash.ToString(),
            judged.Data.Name,
            judged.Data.IsSynthetic,
            judged.Data.Test.Count,
            [.. names.Select(name => audit.Of(
                SampleAttribute.Read(test, name), string.Equals(name, SampleAttribute.Person, StringComparison.Ordinal) ? null : persons))]);
    }

    /// <summary>A line for each group and class, and one for each group over all classes.</summary>
    public IEnumerable<IReadOnlyList<string>> ToCsvRows()
    {
        yield return ["attribute", "value", "class", "samples", "small", "accuracyOrRecall", "low", "high", "precision", "falsePositiveRate", "predictedShare", "macroF1"];
        foreach (var (attribute, group) in Attributes.SelectMany(attribute => attribute.Groups.Select(group => (attribute, group))))
        {
            yield return
            [
                attribute.Attribute, group.Value, "", Whole(group.Samples), Yes(group.IsSmall), Exact(group.Accuracy), Exact(group.AccuracyInterval?.Low),
                Exact(group.AccuracyInterval?.High), "", "", "", Exact(group.MacroF1),
            ];
            foreach (var of in group.Classes)
            {
                yield return
                [
                    attribute.Attribute, group.Value, of.Name, Whole(of.Samples), Yes(of.IsSmall), Exact(of.Recall), Exact(of.RecallInterval?.Low),
                    Exact(of.RecallInterval?.High), Exact(of.Precision), Exact(of.FalsePositiveRate), Exact(of.PredictedShare), "",
                ];
            }
        }
    }

    private static string Whole(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Yes(bool said) => said ? "yes" : "no";

    private static string Exact(double? value) => value?.ToString("R", CultureInfo.InvariantCulture) ?? "";
}
