using System.CommandLine;
using Cohort.Model.Plans;
using Cohort.Pbm.Printing;
using Cohort.Pbm.Remote;
using Cohort.Seed.Api;

namespace Cohort.Pbm.Commands;

/// <summary><c>pbm round start</c>: a cluster trains a plan.</summary>
internal static class RoundStartCommand
{
    public static Command Create()
    {
        var planFile = CommonOptions.Plan();
        var data = new Option<string?>("--data")
        {
            Description = "The name of a data set in the data folders of seed and nodes. Overrides the plan's data.path.",
            HelpName = "NAME",
        };
        var rounds = new Option<int?>("--rounds") { Description = "Rounds, instead of the plan's rounds.count.", HelpName = "N" };
        var seedOfRun = new Option<long?>("--seed") { Description = "Instead of the plan's seed.", HelpName = "N" };
        var fresh = new Option<bool>("--fresh") { Description = "Start anew even if an interrupted run could be continued." };
        var from = CommonOptions.From();
        var wait = new Option<bool>("--wait") { Description = "Show the run, and return when it is over." };
        var cluster = new ClusterOptions();
        var json = CommonOptions.Json();
        var command = new CommandWithExamples(
            "start",
            "Let a cluster train a plan, or continue the plan's unfinished run.",
            "pbm round start plans/quick.json --wait",
            "pbm round start plans/fer.json --data fer --rounds 5 --json")
        {
            planFile, data, rounds, seedOfRun, from, fresh, wait, cluster.Url, cluster.TokenFile, json,
        };
        command.Details = """
            Needs the role researcher. With --wait, Ctrl+C ends the waiting and not the run: pbm round stop does that. The exit
            code then is that of pbm run.
            """;
        command.SetAction((parsed, stop) =>
        {
            var path = parsed.GetValue(planFile)!;
            Check(path, parsed.GetValue(rounds), parsed.GetValue(seedOfRun));
            var order = new NewRun(
                File.ReadAllText(path),
                parsed.GetValue(data),
                parsed.GetValue(rounds),
                parsed.GetValue(seedOfRun),
                parsed.GetValue(fresh),
                parsed.GetValue(from));
            return Start(() => cluster.Open(parsed), order, parsed.GetValue(wait), parsed.GetValue(json), stop);
        });
        return command;
    }

    /// <summary>Errors of a plan are told with their line before anybody else is troubled.</summary>
    private static void Check(string path, int? rounds, long? seed)
    {
        var plan = Plan.Read(path);
        var changed = plan with
        {
            Rounds = plan.Rounds with { Count = rounds ?? plan.Rounds.Count },
            Seed = seed ?? plan.Seed,
        };
        changed.Checked("the command line");
    }

    private static async Task<int> Start(
        Func<SeedClient> open, NewRun order, bool wait, bool json, CancellationToken stop)
    {
        using var seed = open();
        var run = await seed.Start(order, stop);
        if (wait)
        {
            return await RunWatching.ToTheEnd(seed, run, json ? WatchedAs.Result : WatchedAs.Text, stop);
        }

        if (json)
        {
            Page.PrintJson(run, ApiJson.Default.RunState);
        }
        else
        {
            Page.Print(NewsSentences.Of(run));
            Page.Print($"pbm round watch {Printable.Of(run.Run)} follows it.");
        }

        return ExitCodes.Done;
    }
}
