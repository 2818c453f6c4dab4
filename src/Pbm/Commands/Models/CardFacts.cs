using Cohort.Model.Evaluation;
using Cohort.Model.Evaluation.Bias;
using Cohort.Model.Export;
using Cohort.Model.Plans;
using Cohort.Seed.Ledger;

namespace Cohort.Pbm.Commands;

/// <summary>What is known of a model for its card: from its file, the ledger, and a measurement if one is asked for.</summary>
internal static class CardFacts
{
    /// <param name="model">The model.</param>
    /// <param name="home">Its ledger, where there is one.</param>
    /// <param name="data">What to measure it on; null for the figures that the ledger has.</param>
    public static ModelCard Of(NamedModel model, Home home, string? data)
    {
        var file = model.File;
        var card = new ModelCard
        {
            Model = model.Hash.ToString(),
            File = "",
            Format = "",
            FileDigest = "",
            Network = file.Network,
            Parameters = file.Parameters.Length,
            Classes = file.Classes,
            Kind = file.Samples.Kind,
            Input = "",
            Plan = file.Plan,
            Round = file.Round,
            IsCentral = file.IsCentral,
            Epsilon = file.Epsilon,
        };
        card = WithLedger(card, model, home);
        if (data is null)
        {
            return card;
        }

        var judged = JudgedModel.Of(model, data, home);
        return card with { Figures = Measured(judged), Attributes = Compared(judged) };
    }

    private static ModelCard WithLedger(ModelCard card, NamedModel model, Home home)
    {
        try
        {
            using var ledger = home.ReadLedger();
            if (ModelRuns.RunOf(model.Hash, ledger) is not { } run)
            {
                return card;
            }

            var plan = Plan.Parse(run.PlanJson, $"the plan of run {run.Id} in the ledger");
            var rounds = ledger.Rounds(run.Id).Where(round => round.Round <= card.Round).ToList();
            var isSynthetic = plan.Data.Set == DataSource.Avatars;
            var name = isSynthetic ? "avatars" : Path.GetFileName((run.DataPath ?? plan.Data.Path ?? "").TrimEnd('/'));
            return card with { Training = Training(run, plan, rounds, name), Figures = Recorded(rounds.Find(round => round.Model == model.Hash), name, isSynthetic) };
        }
        catch (Exception e) when (e is LedgerException or PlanException)
        {
            return card; // a model file may come from elsewhere, and then no ledger is needed
        }
    }

    private static CardTraining Training(RunRecord run, Plan plan, IReadOnlyList<RoundRecord> rounds, string data) => new(
        data,
        run.DataDigest,
        plan.Data.Set == DataSource.Avatars,
        plan.Students.Count,
        plan.Students.Partition switch
        {
            PartitionKind.Dirichlet => FormattableString.Invariant($"Dirichlet({plan.Students.Alpha})"),
            var kind => Word(kind.ToString()),
        },
        rounds.SelectMany(round => round.Participants).Distinct().Count(),
        plan.Groups.Count,
        Word(plan.Groups.Method.ToString()),
        plan.Training.Algorithm.Name,
        plan.Server.Optimizer.Name,
        plan.Aggregation.Rule.Name,
        plan.Training.Epochs,
        plan.Training.BatchSize,
        plan.Training.LearningRate,
        plan.Rounds.ClientFraction,
        plan.Privacy.IsPrivate ? Word(plan.Privacy.Mechanism.ToString()) : null,
        plan.Privacy.Clip,
        plan.Privacy.NoiseMultiplier);

    private static CardFigures? Recorded(RoundRecord? round, string data, bool isSynthetic)
        => round is { Accuracy: { } accuracy, MacroF1: { } macroF1 }
            ? new(data, isSynthetic, 0, [new("accuracy", accuracy), new("macro F1", macroF1)], [])
            : null;

    private static CardFigures Measured(JudgedModel judged)
    {
        var found = Evaluation.Of(judged, BootstrapIntervals.DefaultResamples);
        var intervals = found.Intervals!;
        CardFigure Figure(string name, double value, Interval interval) => new(name, value, interval.Low, interval.High);
        return new(
            found.Data,
            found.Synthetic,
            found.Samples,
            [
                Figure("accuracy", found.Accuracy, intervals.Accuracy),
                Figure("macro F1", found.MacroF1, intervals.MacroF1),
                Figure("macro precision", found.MacroPrecision, intervals.MacroPrecision),
                Figure("macro recall", found.MacroRecall, intervals.MacroRecall),
                Figure("calibration error", found.Calibration.ExpectedError, intervals.ExpectedCalibrationError),
            ],
            [.. found.Classes.Select(each => new CardClass(each.Name, each.Precision, each.Recall, each.F1, each.Samples))]);
    }

    private static IReadOnlyList<CardAttribute> Compared(JudgedModel judged)
    {
        var report = BiasReport.Of(judged, [], BiasAudit.DefaultLeastSamples, BootstrapIntervals.DefaultResamples, unknownCounts: false);
        return
        [
            .. report.Attributes.Select(bias => new CardAttribute(
                bias.Attribute,
                ModelBiasCommand.Sentence(bias),
                [.. bias.Gaps.Select(gap => new CardGap(gap.Name, ModelBiasCommand.Where(gap), gap.Value, gap.Interval?.Low, gap.Interval?.High, gap.ByChance))])),
        ];
    }

    private static string Word(string name) => char.ToLowerInvariant(name[0]) + name[1..];
}
