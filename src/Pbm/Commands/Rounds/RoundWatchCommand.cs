using System.CommandLine;

namespace Cohort.Pbm.Commands;

/// <summary><c>pbm round watch</c>: a run as it happens.</summary>
internal static class RoundWatchCommand
{
    public static Command Create()
    {
        var run = ChosenRun.Argument();
        var cluster = new ClusterOptions();
        var json = CommonOptions.Json();
        json.Description = "Print every event as a line of JSON.";
        var command = new CommandWithExamples(
            "watch",
            "Follow a run from now on until it is over; Ctrl+C ends the watching, not the run.",
            "pbm round watch",
            "pbm round watch quick-1 --json")
        {
            run, cluster.Url, cluster.TokenFile, json,
        };
        command.Details =
            "A connection that breaks is opened again, up to 5 times in a row; no round is shown twice or left out.";
        command.SetAction(async (parsed, stop) =>
        {
            using var seed = cluster.Open(parsed);
            var state = await ChosenRun.Of(seed, parsed.GetValue(run), stop);
            return await RunWatching.ToTheEnd(seed, state, parsed.GetValue(json) ? WatchedAs.Events : WatchedAs.Text, stop);
        });
        return command;
    }
}
