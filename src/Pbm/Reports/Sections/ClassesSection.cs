using Cohort.Pbm.Printing.Charts;

namespace Cohort.Pbm.Reports.Sections;

/// <summary>How well each class is recognised.</summary>
internal sealed class ClassesSection : IReportSection
{
    public string Title => "Classes";

    public IEnumerable<IReportPart> PartsOf(RunReport report)
    {
        var withIntervals = report.Models.Any(model => model.Evaluation.Intervals is not null);
        foreach (var (number, models) in report.SameClasses().Index())
        {
            var classes = models[0].Evaluation.Classes;
            yield return new Figure(
                number == 0 ? "classes" : $"classes-{number + 1}",
                "Recall: of the samples of a class, the share that was found. Precision: of the samples taken for a class, the share that is of it.",
                ReportTable.Of(
                    ["class", "model"],
                    ["samples", "precision", "recall", "low", "high", "F1"],
                    from label in Enumerable.Range(0, classes.Count)
                    from model in models
                    let of = model.Evaluation.Classes[label]
                    let interval = model.Evaluation.Intervals?.Recalls[label]
                    select (IReadOnlyList<ReportCell>)
                    [
                        ReportCell.Text(of.Name), ReportCell.Text(model.Name), ReportCell.Count(of.Samples), ReportCell.Share(of.Precision),
                        of.Samples == 0 ? ReportCell.Share(null) : ReportCell.Share(of.Recall), ReportCell.Share(interval?.Low), ReportCell.Share(interval?.High),
                        ReportCell.Measure(of.F1),
                    ]),
                new RangeChart(
                    "Recall by class",
                    withIntervals ? "recall, with 95 % intervals" : "recall",
                    [.. models.Select(model => model.Name)],
                    [.. Enumerable.Range(0, classes.Count).Select(label => new RangeRow(
                        classes[label].Name,
                        [.. models.Select(model => model.Evaluation.Classes[label].Samples == 0
                            ? null
                            : new RangeValue(model.Evaluation.Classes[label].Recall, model.Evaluation.Intervals?.Recalls[label]))]))]));
        }
    }
}
