using System.CommandLine;
using Cohort.Pbm.Printing;
using Cohort.Seed.Api;

namespace Cohort.Pbm.Commands;

/// <summary><c>pbm round replay</c>: a round is trained again, and must give the same model.</summary>
internal static class RoundReplayCommand
{
    public static Command Create()
    {
        var round = new Argument<int>("N") { Description = "The round, from 1." };
        var run = ChosenRun.Option();
        var cluster = new ClusterOptions();
        var json = CommonOptions.Json();
        var command = new CommandWithExamples(
            "replay",
            "Train a recorded round again with the same students, and compare the models.",
            "pbm round replay 3",
            "pbm round replay 3 --run quick-1 --json")
        {
            round, run, cluster.Url, cluster.TokenFile, json,
        };
        command.Details = "Needs the role researcher. Nothing recorded is changed. Exit code 1 if the models differ.";
        command.SetAction(async (parsed, stop) =>
        {
            using var seed = cluster.Open(parsed);
            var id = await ChosenRun.IdOf(seed, parsed.GetValue(run), stop);
            var replayed = await seed.Replay(id, parsed.GetValue(round), stop);
            if (parsed.GetValue(json))
            {
                Page.PrintJson(replayed, ApiJson.Default.ReplayedRound);
            }
            else
            {
                Page.Print(Printable.Of(replayed.Same
                    ? $"Round {replayed.Round} of {id} gave the same model again: {replayed.Again}."
                    : $"Round {replayed.Round} of {id} gave another model: {replayed.Again}; recorded is {replayed.Recorded}."));
            }

            return replayed.Same ? ExitCodes.Done : ExitCodes.Failed;
        });
        return command;
    }
}
