using Cohort.Pbm.Printing;

namespace Cohort.Pbm.Reports.Sections;

/// <summary>Every model in one row.</summary>
internal sealed class SummarySection : IReportSection
{
    public string Title => "Summary";

    public IEnumerable<IReportPart> PartsOf(RunReport report)
    {
        var sets = report.Models.GroupBy(model => (model.Evaluation.Data, model.Evaluation.Samples, model.Evaluation.Synthetic)).ToList();
        foreach (var ((data, samples, synthetic), models) in sets.Select(set => (set.Key, set.ToList())))
        {
            var which = sets.Count == 1 ? models.Count == 1 ? "The model was" : "All models were" : $"{string.Join(", ", models.Select(model => model.Name))}:";
            yield return new Paragraph($"{which} measured on {Figures.Count(samples, "test sample")} of {data}, without those that stand in the training set too."
                + (synthetic ? " The samples are generated: figures on them say nothing about recorded faces." : ""));
        }

        yield return new Figure(
            "summary",
            report.Models.Any(model => model.Evaluation.Intervals is not null)
                ? $"Figures of each model, with 95 % intervals by {Figures.Count(report.Models[0].Evaluation.Intervals!.Resamples, "resample")} of the test samples. "
                    + "They say how far a figure may be off for want of test samples, and not what another training would give."
                : "Figures of each model.",
            ReportTable.Of(
                ["model", "network"],
                ["round", "accuracy", "low", "high", "macro F1", "low", "high", "loss", "calibration error"],
                report.Models.Select(Row)));
        foreach (var (model, note) in report.Models.SelectMany(model => model.Notes.Select(note => (model, note))))
        {
            yield return new Paragraph($"{model.Name}: {note}");
        }
    }

    private static IReadOnlyList<ReportCell> Row(ReportedModel model)
    {
        var (of, intervals) = (model.Evaluation, model.Evaluation.Intervals);
        return
        [
            ReportCell.Text($"{model.Name}{(model.Name.Contains(of.Model[..12], StringComparison.Ordinal) ? "" : $" ({of.Model[..12]})")}"),
            ReportCell.Text(model.Network),
            ReportCell.Count(model.Round),
            ReportCell.Share(of.Accuracy),
            ReportCell.Share(intervals?.Accuracy.Low),
            ReportCell.Share(intervals?.Accuracy.High),
            ReportCell.Measure(of.MacroF1),
            ReportCell.Measure(intervals?.MacroF1.Low),
            ReportCell.Measure(intervals?.MacroF1.High),
            ReportCell.Measure(of.Loss),
            ReportCell.Measure(of.Calibration.ExpectedError),
        ];
    }
}
