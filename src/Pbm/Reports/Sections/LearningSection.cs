using Cohort.Pbm.Printing.Charts;

namespace Cohort.Pbm.Reports.Sections;

/// <summary>How accuracy and loss have developed, round by round.</summary>
internal sealed class LearningSection : IReportSection
{
    public string Title => "Learning curves";

    public IEnumerable<IReportPart> PartsOf(RunReport report)
    {
        if (report.Runs.All(run => run.Rounds.All(round => round.Accuracy is null)))
        {
            yield break;
        }

        yield return Curve(report, "learning-accuracy", "Test accuracy by round", "accuracy", round => round.Accuracy, isShare: true);
        yield return Curve(report, "learning-loss", "Test loss by round", "mean cross-entropy in nats", round => round.Loss, isShare: false);
    }

    private static Figure Curve(RunReport report, string name, string title, string axis, Func<ReportedRound, double?> of, bool isShare)
    {
        var runs = report.Runs.Where(run => run.Rounds.Any(round => of(round) is not null)).ToList();
        var chart = new LineChart(title, "round", axis, [.. runs.Select(run => new LineSeries(
            run.Run, [.. run.Rounds.Where(round => of(round) is not null).Select(round => ((double)round.Round, of(round)!.Value))]))])
        {
            IsShare = isShare,
        };
        var rounds = runs.SelectMany(run => run.Rounds.Where(round => of(round) is not null).Select(round => round.Round)).Distinct().Order();
        var byRound = runs.ConvertAll(run => run.Rounds.ToDictionary(round => round.Round, of));
        return new(
            name,
            $"{title}, on the run's own test samples, as the ledger has it.",
            ReportTable.Of([], ["round", .. runs.Select(run => run.Run)], rounds.Select(round => (IReadOnlyList<ReportCell>)
            [
                ReportCell.Count(round),
                .. byRound.Select(run => run.GetValueOrDefault(round)).Select(value => isShare ? ReportCell.Share(value) : ReportCell.Measure(value)),
            ])),
            chart);
    }
}
