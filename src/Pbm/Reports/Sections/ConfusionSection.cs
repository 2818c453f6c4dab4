using Cohort.Pbm.Printing.Charts;

namespace Cohort.Pbm.Reports.Sections;

/// <summary>What was taken for what.</summary>
internal sealed class ConfusionSection : IReportSection
{
    public string Title => "Confusions";

    public IEnumerable<IReportPart> PartsOf(RunReport report)
    {
        foreach (var (number, models) in report.SameClasses().Index())
        {
            IReadOnlyList<string> classes = [.. models[0].Evaluation.Classes.Select(each => each.Name)];
            yield return new Figure(
                number == 0 ? "confusions" : $"confusions-{number + 1}",
                "Rows are actual classes, columns what they were taken for. The table has counts, the picture shares of the row.",
                ReportTable.Of(
                    ["model", "actual"],
                    [.. classes.Select(name => $"as {name}")],
                    models.SelectMany(model => model.Evaluation.Confusion.Select((counts, actual) => (IReadOnlyList<ReportCell>)
                        [ReportCell.Text(model.Name), ReportCell.Text(classes[actual]), .. counts.Select(ReportCell.Count)]))),
                new ConfusionChart("Confusions", [.. models.Select(model => new DrawnConfusion(model.Name, classes, model.Evaluation.Confusion))]));
        }
    }
}
