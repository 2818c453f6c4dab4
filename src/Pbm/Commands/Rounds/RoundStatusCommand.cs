using System.CommandLine;
using Cohort.Pbm.Printing;
using Cohort.Seed.Api;

namespace Cohort.Pbm.Commands;

/// <summary><c>pbm round status</c>: how a run stands.</summary>
internal static class RoundStatusCommand
{
    public static Command Create()
    {
        var run = ChosenRun.Argument();
        var cluster = new ClusterOptions();
        var json = CommonOptions.Json();
        var command = new CommandWithExamples(
            "status", "Show how a run stands.", "pbm round status", "pbm round status quick-1 --json")
        {
            run, cluster.Url, cluster.TokenFile, json,
        };
        command.SetAction(async (parsed, stop) =>
        {
            using var seed = cluster.Open(parsed);
            var state = await ChosenRun.Of(seed, parsed.GetValue(run), stop);
            if (parsed.GetValue(json))
            {
                Page.PrintJson(state, ApiJson.Default.RunState);
            }
            else
            {
                Page.Print(RunTable.Of(state));
            }
        });
        return command;
    }
}
