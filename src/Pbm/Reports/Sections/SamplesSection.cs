namespace Cohort.Pbm.Reports.Sections;

/// <summary>Test samples of which a model was very sure.</summary>
internal sealed class SamplesSection : IReportSection
{
    public string Title => "Samples";

    public IEnumerable<IReportPart> PartsOf(RunReport report)
    {
        if (report.Models.Any(model => model.Samples.Any(sample => sample.Picture is not null)))
        {
            yield return new Paragraph("This report contains test pictures: keep it where these may be kept, or make it with --no-pictures.");
        }

        foreach (var model in report.Models)
        {
            foreach (var right in (bool[])[true, false])
            {
                var samples = model.Samples.Where(sample => sample.Right == right).ToList();
                if (samples.Count == 0)
                {
                    yield return new Paragraph($"{model.Name} names no test sample {(right ? "right" : "wrong")}.");
                    continue;
                }

                var caption = $"Test samples of which {model.Name} was surest, and {(right ? "right" : "wrong")}.";
                if (samples[0].Picture is not null)
                {
                    yield return new Pictures(samples);
                }

                yield return new Figure(
                    $"samples-{FileWord.Of(model.Name)}-{(right ? "right" : "wrong")}",
                    caption,
                    ReportTable.Of(["actual", "taken for"], ["sample", "confidence"], samples.Select(sample => (IReadOnlyList<ReportCell>)
                    [
                        ReportCell.Text(sample.Actual), ReportCell.Text(sample.Predicted), ReportCell.Count(sample.Sample), ReportCell.Share(sample.Confidence),
                    ])));
            }
        }
    }
}
