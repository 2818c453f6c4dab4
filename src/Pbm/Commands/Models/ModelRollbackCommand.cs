using System.CommandLine;
using Cohort.Pbm.Remote;
using Cohort.Seed.Api;

namespace Cohort.Pbm.Commands;

/// <summary><c>pbm model rollback</c>: students get an earlier model again.</summary>
internal static class ModelRollbackCommand
{
    public static Command Create()
    {
        var schedule = ModelReleasesCommand.ScheduleOption();
        var to = new Option<string?>("--to")
        {
            Description = "The model, by the first digits of its hash. Default: the one released before; where canaries try one, what the others have.",
            HelpName = "MODEL",
        };
        var cluster = new ClusterOptions();
        var json = CommonOptions.Json();
        var command = new CommandWithExamples(
            "rollback",
            "Let students of a cluster have an earlier released model again.",
            "pbm model rollback",
            "pbm model rollback --schedule class --to 3f9a1c")
        {
            schedule, to, cluster.Url, cluster.TokenFile, json,
        };
        command.Details = """
            Needs the role researcher. The next run begins with that model; what a run under way makes of the one before is not
            released. pbm schedule pause keeps further runs from starting.
            """;
        command.SetAction(async (parsed, stop) =>
        {
            using var seed = cluster.Open(parsed);
            var name = parsed.GetValue(schedule) ?? await OnlyOne(seed, stop);
            var state = await seed.RollBack(name, new NewRollBack(parsed.GetValue(to)), stop);
            ScheduleCommand.Print(state, parsed.GetValue(json));
        });
        return command;
    }

    private static async Task<string> OnlyOne(SeedClient seed, CancellationToken stop)
        => await seed.Schedules(stop) switch
        {
            [var only] => only.Name,
            [] => throw new CommandException($"{seed.Address}: there is no schedule, so nothing was released by one."),
            var several => throw new CommandException(
                $"{seed.Address}: there are {several.Count} schedules; name one: --schedule {string.Join(" or ", several.Select(schedule => schedule.Name))}."),
        };
}
