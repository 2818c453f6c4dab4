using Cohort.Model.Evaluation;
using Cohort.Pbm.Commands;
using Cohort.Pbm.Printing;
using Cohort.Pbm.Printing.Charts;

namespace Cohort.Pbm.Reports.Sections;

/// <summary>The accuracies of single students: a mean hides who is served badly.</summary>
internal sealed class StudentsSection : IReportSection
{
    public string Title => "Students";

    public IEnumerable<IReportPart> PartsOf(RunReport report)
    {
        var models = report.Models.Where(model => model.Students is not null).ToList();
        if (models.Count == 0)
        {
            yield break;
        }

        foreach (var model in models)
        {
            var of = model.Students!;
            yield return new Paragraph($"{model.Name} on the samples of {Figures.Count(of.Judged, "student")}"
                + (of.Judged < of.Students ? $" of {Figures.Count(of.Students)}" : "")
                + (of.HeldOut
                    ? ", each on those that it kept from training."
                    : ", each on those that it trains on, as none are kept from training (students.holdOut): accuracies on new samples are lower."));
        }

        yield return new Figure(
            "students",
            "Accuracy of the global model by student; worst tenth: the mean over the tenth of the students with the least.",
            ReportTable.Of(["accuracy"], [.. models.Select(model => model.Name)], ModelPersonaliseCommand.Rows.Select(row => (IReadOnlyList<ReportCell>)
                [ReportCell.Text(row.Name), .. models.Select(model => ReportCell.Share(row.Of(model.Students!.Distribution)))])));
        yield return new Figure(
            "students-histogram",
            "How many students have which accuracy.",
            ReportTable.Of(["accuracy"], [.. models.Select(model => model.Name)], Enumerable.Range(0, AccuracyDistribution.Bins).Select(bin => (IReadOnlyList<ReportCell>)
                [ReportCell.Text(ModelPersonaliseCommand.BinName(bin)), .. models.Select(model => ReportCell.Count(model.Students!.Distribution.Histogram[bin]))])),
            new BarChart(
                "Accuracy by student",
                "accuracy in per cent",
                "students",
                [.. Enumerable.Range(0, AccuracyDistribution.Bins).Select(bin => $"{10 * bin}-{10 * (bin + 1)}")],
                [.. models.Select(model => (model.Name, (IReadOnlyList<double>)[.. model.Students!.Distribution.Histogram.Select(count => (double)count)]))])
            {
                IsWhole = true,
            });
    }
}
