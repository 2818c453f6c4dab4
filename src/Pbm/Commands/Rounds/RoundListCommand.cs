using System.CommandLine;
using System.Globalization;
using Cohort.Pbm.Printing;
using Cohort.Pbm.Remote;
using Cohort.Seed.Api;

namespace Cohort.Pbm.Commands;

/// <summary><c>pbm round list</c>: a cluster's runs, or the rounds of one.</summary>
internal static class RoundListCommand
{
    public static Command Create()
    {
        var run = new Argument<string?>("RUN")
        {
            Description = "A run's id: list its rounds. Without it, all runs are listed.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var cluster = new ClusterOptions();
        var json = CommonOptions.Json();
        var command = new CommandWithExamples(
            "list", "List a cluster's runs, or the finished rounds of one.", "pbm round list", "pbm round list quick-1")
        {
            run, cluster.Url, cluster.TokenFile, json,
        };
        command.SetAction(async (parsed, stop) =>
        {
            using var seed = cluster.Open(parsed);
            if (parsed.GetValue(run) is { } id)
            {
                Rounds(await seed.Run(id, stop), await seed.Rounds(id, 0, stop), parsed.GetValue(json));
            }
            else
            {
                Runs(await seed.Runs(stop), parsed.GetValue(json));
            }
        });
        return command;
    }

    private static void Runs(IReadOnlyList<RunState> runs, bool json)
    {
        if (json)
        {
            Page.PrintJson(new ClusterRuns(runs), PbmJson.Default.ClusterRuns);
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
                RunTable.Hash(run.Model),
                Figures.Time(run.Started));
        }

        Page.Print(table);
    }

    private static void Rounds(RunState run, IReadOnlyList<RoundState> rounds, bool json)
    {
        if (json)
        {
            Page.PrintJson(new ClusterRounds(run, rounds), PbmJson.Default.ClusterRounds);
            return;
        }

        Page.PrintParagraph(NewsSentences.Of(run));
        var table = Tables.New()
            .Number("round").Name("model").Number("students", "failed", "missing", "loss", "accuracy", "train\ns", "wall\ns");
        foreach (var round in rounds)
        {
            table.Row(
                round.Round.ToString(CultureInfo.InvariantCulture),
                RunTable.Hash(round.Model),
                Figures.Count(round.Participants.Count),
                Figures.Count(round.Failed.Count),
                Figures.Count(round.Missing.Count),
                Figures.Measure(round.LossTest),
                Figures.Accuracy(round.Accuracy),
                Figures.Seconds(TimeSpan.FromSeconds(round.TrainSeconds)),
                Figures.Seconds(TimeSpan.FromSeconds(round.WallSeconds)));
        }

        Page.Print(table);
        Page.Print(Printable.Of($"Epsilon: {run.Epsilon}."));
    }
}

/// <summary>What <c>pbm round list --json</c> prints.</summary>
internal sealed record ClusterRuns(IReadOnlyList<RunState> Runs);

/// <summary>What <c>pbm round list RUN --json</c> prints.</summary>
internal sealed record ClusterRounds(RunState Run, IReadOnlyList<RoundState> Rounds);
