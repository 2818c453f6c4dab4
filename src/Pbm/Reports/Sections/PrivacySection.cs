using Cohort.Pbm.Commands;
using Cohort.Pbm.Printing;
using Cohort.Pbm.Printing.Charts;

namespace Cohort.Pbm.Reports.Sections;

/// <summary>What runs have spent of their students' privacy.</summary>
internal sealed class PrivacySection : IReportSection
{
    public string Title => "Privacy";

    public IEnumerable<IReportPart> PartsOf(RunReport report)
    {
        if (report.Runs.Count == 0)
        {
            yield break;
        }

        foreach (var run in report.Runs.Where(run => run.Privacy.Note.Length > 0))
        {
            yield return new Paragraph($"{run.Run}: {run.Privacy.Note}.");
        }

        yield return new Figure(
            "privacy",
            "Epsilon spent, by accountant: what anybody who sees the models can learn about whether a student's updates are in them is bounded by it. "
                + "Labels: how students reported their label counts for grouping; a number is epsilon for each sample.",
            ReportTable.Of(
                ["run", "accountant", "plan's", "labels"],
                ["rounds charged", "epsilon", "budget", "delta"],
                report.Runs.SelectMany(run => run.Privacy.Spent.Select(each => (each.Accountant, Epsilon: (double?)each.Epsilon)).DefaultIfEmpty((run.Privacy.Accountant, null))
                    .Select(each => Row(run, each.Accountant, each.Epsilon)))));
        var curves = report.Runs.Where(run => run.Rounds.Any(round => round.Epsilon is { } epsilon && double.IsFinite(epsilon))).ToList();
        if (curves.Count > 0)
        {
            var rounds = curves.SelectMany(run => run.Rounds.Select(round => round.Round)).Distinct().Order();
            var byRound = curves.ConvertAll(run => run.Rounds.ToDictionary(round => round.Round, round => round.Epsilon));
            yield return new Figure(
                "privacy-rounds",
                "Epsilon spent up to each round, by the plan's accountant.",
                ReportTable.Of([], ["round", .. curves.Select(run => run.Run)], rounds.Select(round => (IReadOnlyList<ReportCell>)
                    [ReportCell.Count(round), .. byRound.Select(run => ReportCell.Measure(run.GetValueOrDefault(round)))])),
                new LineChart("Epsilon by round", "round", "epsilon", [.. curves.Select(run => new LineSeries(
                    run.Run,
                    [.. run.Rounds.Where(round => round.Epsilon is { } epsilon && double.IsFinite(epsilon)).Select(round => ((double)round.Round, round.Epsilon!.Value))]))])
                {
                    FromZero = true,
                });
        }
    }

    private static IReadOnlyList<ReportCell> Row(ReportedRun run, string accountant, double? epsilon)
    {
        var privacy = run.Privacy;
        return
        [
            ReportCell.Text(run.Run), ReportCell.Text(accountant), ReportCell.Text(string.Equals(accountant, privacy.Accountant, StringComparison.Ordinal) ? "yes" : ""),
            ReportCell.Text(privacy.LabelEpsilon is { } labels ? $"{privacy.Labels}, {Figures.Measure(labels)}" : privacy.Labels), ReportCell.Count(privacy.Charged),
            ReportCell.Measure(epsilon), ReportCell.Measure(privacy.Budget), new ReportCell(PrivacyShowCommand.Small(privacy.Delta), PrivacyShowCommand.Small(privacy.Delta)),
        ];
    }
}
