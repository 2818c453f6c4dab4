using Cohort.Pbm.Printing;
using Cohort.Pbm.Printing.Charts;

namespace Cohort.Pbm.Reports.Sections;

/// <summary>Whether models are right as often as they are confident.</summary>
internal sealed class CalibrationSection : IReportSection
{
    public string Title => "Calibration";

    public IEnumerable<IReportPart> PartsOf(RunReport report)
    {
        yield return new Figure(
            "reliability",
            "A calibrated model is right as often as it says: its points lie on the diagonal; below it, it is too sure of itself. Expected calibration error: "
                + string.Join(", ", report.Models.Select(model => $"{model.Name} {Figures.Measure(model.Evaluation.Calibration.ExpectedError)}")) + ".",
            ReportTable.Of(
                ["model"],
                ["confidence from", "to", "samples", "mean confidence", "right"],
                from model in report.Models
                from bin in model.Evaluation.Calibration.Bins
                where bin.Samples > 0
                select (IReadOnlyList<ReportCell>)
                [
                    ReportCell.Text(model.Name), ReportCell.Share(bin.From), ReportCell.Share(bin.To), ReportCell.Count(bin.Samples),
                    ReportCell.Share(bin.Confidence), ReportCell.Share(bin.Accuracy),
                ]),
            new LineChart("Reliability", "mean confidence", "right", [.. report.Models.Select(model => new LineSeries(
                model.Name,
                [.. model.Evaluation.Calibration.Bins.Where(bin => bin.Samples > 0).Select(bin => (bin.Confidence, bin.Accuracy))]))])
            {
                IsReliability = true,
            });
    }
}
