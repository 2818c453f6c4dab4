using System.CommandLine;
using System.Globalization;
using Cohort.Model.Files;
using Cohort.Pbm.Printing;
using Cohort.Seed.Ledger;

namespace Cohort.Pbm.Commands;

/// <summary><c>pbm ledger show</c>: all runs, or the rounds of one.</summary>
internal static class LedgerShowCommand
{
    public static Command Create()
    {
        var run = new Argument<string?>("RUN")
        {
            Description = "A run's id: show its rounds. Without it, all runs are shown.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var home = CommonOptions.Home();
        var json = CommonOptions.Json();
        var command = new CommandWithExamples(
            "show",
            "Show what the ledger has recorded, also while a run is under way.",
            "pbm ledger show",
            "pbm ledger show quick-1 --json")
        {
            run, home, json,
        };
        command.SetAction(parsed =>
        {
            using var ledger = new Home(parsed.GetValue(home)).ReadLedger();
            if (parsed.GetValue(run) is { } id)
            {
                ShowRounds(LedgerRun.Of(ModelRuns.Named(id, ledger), ledger), ledger.Rounds(id), parsed.GetValue(json));
            }
            else
            {
                ShowRuns([.. ledger.Runs().Select(each => LedgerRun.Of(each, ledger))], parsed.GetValue(json));
            }
        });
        return command;
    }

    private static void ShowRuns(LedgerRun[] runs, bool json)
    {
        if (json)
        {
            Page.PrintJson(new LedgerRuns(runs), PbmJson.Default.LedgerRuns);
            return;
        }

        var table = Tables.New().Name("run").Number("seed").Name("status").Number("rounds", "accuracy").Name("model", "started");
        foreach (var run in runs)
        {
            table.Row(
                run.Run,
                run.Seed.ToString(CultureInfo.InvariantCulture),
                run.Status,
                $"{run.Rounds} of {run.PlannedRounds}",
                Figures.Accuracy(run.Accuracy),
                run.Model[..12],
                Figures.Time(run.Started));
        }

        Page.Print(table);
    }

    private static void ShowRounds(LedgerRun run, IReadOnlyList<RoundRecord> rounds, bool json)
    {
        if (json)
        {
            Page.PrintJson(new LedgerRounds(run, [.. rounds.Select(LedgerRound.Of)]), PbmJson.Default.LedgerRounds);
            return;
        }

        var seed = run.Seed.ToString(CultureInfo.InvariantCulture);
        Page.PrintParagraph(
            $"Run {run.Run}: plan {run.Plan}, seed {seed}, {run.Status}, {run.Rounds} of {run.PlannedRounds} rounds, "
            + $"started {Figures.Time(run.Started)}, data {run.Data ?? "of the plan"}, first model {run.InitialModel[..12]}.");
        var table = Tables.New()
            .Number("round").Name("model")
            .Number("students", "failed", "missing", "loss", "accuracy", "macro\nF1", "train\ns", "wall\ns");
        foreach (var round in rounds)
        {
            table.Row(
                round.Round.ToString(CultureInfo.InvariantCulture),
                round.Model.Short,
                Figures.Count(round.Participants.Count),
                Figures.Count(round.Failed.Count),
                Figures.Count(round.Missing.Count),
                Figures.Measure(round.Loss),
                Figures.Accuracy(round.Accuracy),
                Figures.Measure(round.MacroF1),
                Figures.Seconds(round.Training),
                Figures.Seconds(round.Wall));
        }

        Page.Print(table);
        Page.Print($"Epsilon: {LedgerRound.EpsilonOf(rounds.Count == 0 ? null : rounds[^1].Epsilon)}.");
        foreach (var (round, failure) in rounds.SelectMany(round => round.Failed.Select(failure => (round.Round, failure))))
        {
            Page.PrintParagraph($"Round {round}: student {failure.Student} failed: {failure.Reason}");
        }
    }
}

/// <summary>What <c>pbm ledger show --json</c> prints.</summary>
internal sealed record LedgerRuns(IReadOnlyList<LedgerRun> Runs);

/// <summary>What <c>pbm ledger show RUN --json</c> prints.</summary>
internal sealed record LedgerRounds(LedgerRun Run, IReadOnlyList<LedgerRound> Rounds);

/// <summary>One run.</summary>
/// <param name="Run">Its id.</param>
/// <param name="Plan">Its plan's name.</param>
/// <param name="PlanDigest">SHA-256 of the plan in its canonical form.</param>
/// <param name="Seed">The run's seed.</param>
/// <param name="Data">Where the samples were read; null where the plan says so.</param>
/// <param name="Status">running (or its process died), finished, stopped or failed.</param>
/// <param name="Rounds">Finished rounds.</param>
/// <param name="PlannedRounds">The plan's.</param>
/// <param name="Accuracy">Of the last round that was evaluated.</param>
/// <param name="InitialModel">Before round 1.</param>
/// <param name="Model">After the last round.</param>
/// <param name="Started">In UTC.</param>
internal sealed record LedgerRun(
    string Run,
    string Plan,
    string PlanDigest,
    long Seed,
    string? Data,
    string Status,
    int Rounds,
    int PlannedRounds,
    double? Accuracy,
    string InitialModel,
    string Model,
    DateTimeOffset Started)
{
    public static LedgerRun Of(RunRecord run, ILedger ledger)
    {
        var rounds = ledger.Rounds(run.Id);
        return new(
            run.Id,
            run.PlanName,
            run.PlanDigest,
            run.Seed,
            run.DataPath,
            run.Status.ToString().ToLowerInvariant(),
            rounds.Count,
            run.PlannedRounds(),
            rounds.LastOrDefault(round => round.Accuracy is not null)?.Accuracy,
            run.InitialModel.ToString(),
            (rounds.Count == 0 ? run.InitialModel : rounds[^1].Model).ToString(),
            run.Created);
    }
}

/// <summary>One finished round.</summary>
/// <param name="Round">From 1.</param>
/// <param name="Model">The model it made.</param>
/// <param name="Parent">The model it began with.</param>
/// <param name="Participants">Students whose updates are in the model.</param>
/// <param name="Failed">Students who failed.</param>
/// <param name="Missing">Students who did not answer.</param>
/// <param name="Loss">On the test samples; null where it was not evaluated, like the next two.</param>
/// <param name="Accuracy">Share of test samples whose class was found.</param>
/// <param name="MacroF1">Mean F1 over all classes.</param>
/// <param name="LossTrain">Mean of the participants' training losses; null where the plan protects updates or records.</param>
/// <param name="Epsilon">Privacy spent up to this round.</param>
/// <param name="TrainSeconds">Slot time, added up.</param>
/// <param name="WallSeconds">From the round's first message to its last.</param>
internal sealed record LedgerRound(
    int Round,
    string Model,
    string Parent,
    IReadOnlyList<int> Participants,
    IReadOnlyList<int> Failed,
    IReadOnlyList<int> Missing,
    double? Loss,
    double? Accuracy,
    double? MacroF1,
    double? LossTrain,
    string Epsilon,
    double TrainSeconds,
    double WallSeconds)
{
    public static LedgerRound Of(RoundRecord round)
        => new(
            round.Round,
            round.Model.ToString(),
            round.Parent.ToString(),
            round.Participants,
            [.. round.Failed.Select(failure => failure.Student)],
            round.Missing,
            round.Loss,
            round.Accuracy,
            round.MacroF1,
            round.TrainLoss,
            EpsilonOf(round.Epsilon),
            round.Training.TotalSeconds,
            round.Wall.TotalSeconds);

    public static string EpsilonOf(double? epsilon)
        => epsilon?.ToString("G6", CultureInfo.InvariantCulture) ?? ModelFile.NotAccounted;
}
