using Cohort.Model.Evaluation.Bias;
using Cohort.Pbm.Commands;
using Cohort.Pbm.Printing.Charts;

namespace Cohort.Pbm.Reports.Sections;

/// <summary>Whether models do as well for one group as for another.</summary>
internal sealed class BiasSection : IReportSection
{
    public string Title => "Bias";

    public IEnumerable<IReportPart> PartsOf(RunReport report)
    {
        foreach (var (model, bias) in report.Models.SelectMany(model => (model.Bias?.Attributes ?? []).Select(bias => (model, bias))))
        {
            var name = $"bias-{FileWord.Of(model.Name)}-{FileWord.Of(bias.Attribute)}";
            yield return new Paragraph($"{model.Name} by {bias.Attribute}: {ModelBiasCommand.Sentence(bias)}");
            if (bias.Distribution is { } distribution)
            {
                yield return new Figure(name, $"Accuracy by {bias.Attribute} as a distribution.", ReportTable.Of(
                    ["accuracy"],
                    ["share"],
                    ModelPersonaliseCommand.Rows.Select(row => (IReadOnlyList<ReportCell>)
                        [ReportCell.Text(row.Name.Replace("students", "values", StringComparison.Ordinal)), ReportCell.Share(row.Of(distribution))])));
            }

            if (bias.Groups.Count > 0)
            {
                yield return new Figure(
                    name,
                    $"How well {model.Name} does by {bias.Attribute}; (few): fewer than {bias.LeastSamples} samples, and in no gap."
                        + (bias.ByPerson ? " Intervals are by drawing persons again, each with all of its samples." : ""),
                    GroupTable(bias),
                    BiasChart.Of(bias));
            }

            if (bias.Gaps.Count > 0)
            {
                yield return new Figure(
                    $"{name}-gaps",
                    "The largest differences between two groups. The interval is that of the difference of these two; by chance: what 95 of 100 attributes "
                        + "without meaning stay below.",
                    GapTable(bias));
            }
        }
    }

    private static ReportTable GroupTable(AttributeBias bias) => ReportTable.Of(
        [bias.Attribute, "class"],
        ["samples", "persons", "accuracy or recall", "low", "high", "precision", "false positive rate"],
        bias.Groups.SelectMany(group => (IEnumerable<IReadOnlyList<ReportCell>>)
        [
            [
                ReportCell.Text(Marked(group.Value, group.IsSmall)), ReportCell.Text("all"), ReportCell.Count(group.Samples), Persons(group.Persons), ReportCell.Share(group.Accuracy),
                ReportCell.Share(group.AccuracyInterval?.Low), ReportCell.Share(group.AccuracyInterval?.High), ReportCell.Share(null), ReportCell.Share(null),
            ],
            .. group.Classes.Select(of => (IReadOnlyList<ReportCell>)
            [
                ReportCell.Text(group.Value), ReportCell.Text(Marked(of.Name, of.IsSmall)), ReportCell.Count(of.Samples), Persons(null), ReportCell.Share(of.Recall),
                ReportCell.Share(of.RecallInterval?.Low), ReportCell.Share(of.RecallInterval?.High), ReportCell.Share(of.Precision),
                ReportCell.Share(of.FalsePositiveRate),
            ]),
        ]));

    private static ReportTable GapTable(AttributeBias bias) => ReportTable.Of(
        ["gap", "where"],
        ["largest", "low", "high", "by chance"],
        bias.Gaps.Select(gap => (IReadOnlyList<ReportCell>)
        [
            ReportCell.Text(gap.Name), ReportCell.Text(ModelBiasCommand.Where(gap)), ReportCell.Share(gap.Value), ReportCell.Share(gap.Interval?.Low),
            ReportCell.Share(gap.Interval?.High), ReportCell.Share(gap.ByChance),
        ]));

    private static ReportCell Persons(int? persons) => persons is { } known ? ReportCell.Count(known) : new("-", "");

    private static string Marked(string value, bool small) => small ? value + " (few)" : value;
}
