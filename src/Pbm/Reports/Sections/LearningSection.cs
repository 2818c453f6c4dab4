using Cohort.Pbm.Printing.Charts;

namespace Cohort.Pbm.Reports.Sections;

/// <summary>How accuracy and loss have developed, round by round.</summary>
internal sealed class LearningSection : IReportSection
{
    public string Title => "Learning curves";

    public IEnumerable<IReportPart> PartsOf(RunReport report)
    {
        const string test = "on the run's own test samples";
        Figure?[] figures =
        [
            Curve(report, "learning-accuracy", "Test accuracy by round", "accuracy", test, round => round.Accuracy, isShare: true),
            Curve(report, "learning-loss", "Test loss by round", "mean cross-entropy in nats", test, round => round.Loss, isShare: false),
            Curve(
                report, "learning-train-loss", "Training loss by round", "mean loss in nats",
                "the mean of what the students who took part saw while they trained, by the plan's own loss", round => round.LossTrain, isShare: false),
        ];
        return figures.OfType<Figure>();
    }

    /// <returns>Null where no round of any run has it.</returns>
    private static Figure? Curve(RunReport report, string name, string title, string axis, string where, Func<ReportedRound, double?> of, bool isShare)
    {
        var runs = report.Runs.Where(run => run.Rounds.Any(round => of(round) is not null)).ToList();
        if (runs.Count == 0)
        {
            return null;
        }

        var chart = new LineChart(title, "round", axis, [.. runs.Select(run => new LineSeries(
            run.Run, [.. run.Rounds.Where(round => of(round) is not null).Select(round => ((double)round.Round, of(round)!.Value))]))])
        {
            IsShare = isShare,
        };
        var rounds = runs.SelectMany(run => run.Rounds.Where(round => of(round) is not null).Select(round => round.Round)).Distinct().Order();
        var byRound = runs.ConvertAll(run => run.Rounds.ToDictionary(round => round.Round, of));
        return new(
            name,
            $"{title}, {where}, as the ledger has it.",
            ReportTable.Of([], ["round", .. runs.Select(run => run.Run)], rounds.Select(round => (IReadOnlyList<ReportCell>)
            [
                ReportCell.Count(round),
                .. byRound.Select(run => run.GetValueOrDefault(round)).Select(value => isShare ? ReportCell.Share(value) : ReportCell.Measure(value)),
            ])),
            chart);
    }
}
