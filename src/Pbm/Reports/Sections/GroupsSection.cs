using Cohort.Pbm.Printing;
using Cohort.Pbm.Printing.Charts;

namespace Cohort.Pbm.Reports.Sections;

/// <summary>How well each group of students stands for all of them.</summary>
internal sealed class GroupsSection : IReportSection
{
    private const int MostBars = 40;

    public string Title => "Groups";

    public IEnumerable<IReportPart> PartsOf(RunReport report)
    {
        foreach (var model in report.Models.Where(model => model.Groups is not null).DistinctBy(model => model.Run, StringComparer.Ordinal))
        {
            var figures = model.Groups!;
            var (formed, random) = (figures.Formed, figures.Random);
            yield return new Paragraph($"{model.Run}: {Figures.Count(figures.Students, "student")} in {Figures.Count(formed.Groups.Count, formed.Method + " group")}. "
                + $"KL divergence of a group's labels from everybody's: mean {Figures.Measure(formed.MeanKl)}, worst {Figures.Measure(formed.WorstKl)} nats; of groups "
                + $"of the same sizes drawn at random: mean {Figures.Measure(random.MeanKl)}, worst {Figures.Measure(random.WorstKl)}.");
            yield return new Figure(
                $"groups-{FileWord.Of(model.Run!)}",
                $"The groups of {model.Run}, and each class's share of their samples.",
                ReportTable.Of(
                    ["group"],
                    ["students", "samples", "KL", "KL at random", .. figures.Classes],
                    formed.Groups.Zip(random.Groups, (group, drawn) => (IReadOnlyList<ReportCell>)
                    [
                        ReportCell.Count(group.Group), ReportCell.Count(group.Students), ReportCell.Count(group.Samples), ReportCell.Measure(group.Kl),
                        ReportCell.Measure(drawn.Kl), .. group.Shares.Select(share => ReportCell.Share(share)),
                    ])),
                formed.Groups.Count > MostBars ? null : new BarChart(
                    $"Divergence of each group from all students, {model.Run}",
                    "group",
                    "KL in nats",
                    [.. formed.Groups.Select(group => Figures.Count(group.Group))],
                    [
                        ($"{formed.Method} groups", (IReadOnlyList<double>)[.. formed.Groups.Select(group => group.Kl)]),
                        ("drawn at random", [.. random.Groups.Select(group => group.Kl)]),
                    ]));
        }
    }
}
