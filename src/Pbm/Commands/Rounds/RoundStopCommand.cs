using System.CommandLine;
using Cohort.Pbm.Printing;
using Cohort.Seed.Api;

namespace Cohort.Pbm.Commands;

/// <summary><c>pbm round stop</c>: a run ends after its round.</summary>
internal static class RoundStopCommand
{
    public static Command Create()
    {
        var run = ChosenRun.Argument();
        run.Description = "A run's id. Default: the run under way.";
        var cluster = new ClusterOptions();
        var json = CommonOptions.Json();
        var command = new CommandWithExamples(
            "stop", "Stop a run after the round under way; pbm round start continues it.", "pbm round stop")
        {
            run, cluster.Url, cluster.TokenFile, json,
        };
        command.Details = "Needs the role researcher.";
        command.SetAction(async (parsed, stop) =>
        {
            using var seed = cluster.Open(parsed);
            var id = parsed.GetValue(run) ?? (await ChosenRun.UnderWay(seed, stop))?.Run
                ?? throw new CommandException($"{seed.Address}: no run is under way, so there is none to stop.");
            await seed.Stop(id, stop);
            if (parsed.GetValue(json))
            {
                Page.PrintJson(await seed.Run(id, stop), ApiJson.Default.RunState);
            }
            else
            {
                Page.Print(
                    $"Run {Printable.Of(id)} stops after the round under way; pbm round start with its plan continues it.");
            }
        });
        return command;
    }
}
