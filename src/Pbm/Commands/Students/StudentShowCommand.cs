using System.CommandLine;
using Cohort.Pbm.Printing;
using Cohort.Seed.Api;

namespace Cohort.Pbm.Commands;

/// <summary><c>pbm student show</c>: one student of a cluster's run, or everything that is stored of one on this device.</summary>
internal static class StudentShowCommand
{
    public static Command Create()
    {
        var student = new Argument<int?>("ID") { Description = "The student's number in the run, from 0.", Arity = ArgumentArity.ZeroOrOne };
        var device = new StudentOptions();
        device.Id.Required = false;
        device.Id.Description = "A student on this device, whose samples, answers and models are shown.";
        var all = new Option<bool>("--all") { Description = "List all samples, not the newest alone." };
        var run = ChosenRun.Option();
        var cluster = new ClusterOptions();
        var json = CommonOptions.Json();
        var command = new CommandWithExamples(
            "show",
            "Show one student of a cluster's run by its number, or what is stored of one on this device by its name.",
            "pbm student show 7",
            "pbm student show --id ada")
        {
            student, device.Id, all, device.Home, run, cluster.Url, cluster.TokenFile, json,
        };
        command.SetAction(async (parsed, stop) =>
        {
            if (parsed.GetValue(device.Id) is null == parsed.GetValue(student) is null)
            {
                throw new CommandException("Name one student: a number, of a cluster's run, or --id S, on this device.");
            }

            if (parsed.GetValue(device.Id) is not null)
            {
                StudentDevice.Show(device.Folder(parsed), parsed.GetValue(all), parsed.GetValue(json));
                return;
            }

            using var seed = cluster.Open(parsed);
            var id = await ChosenRun.IdOf(seed, parsed.GetValue(run), stop);
            var state = await seed.Student(id, parsed.GetValue(student)!.Value, stop);
            if (parsed.GetValue(json))
            {
                Page.PrintJson(state, ApiJson.Default.StudentState);
                return;
            }

            var facts = Tables.Facts().Row("run", id);
            if (state is { Name: { } name, Version: { } version })
            {
                facts.Row("resident", name).Row("version of its samples", Figures.Count(version));
            }

            Page.Print(facts
                .Row("student", Figures.Count(state.Student))
                .Row("group", Figures.Count(state.Group))
                .Row("samples", Figures.Count(state.Samples))
                .Row("took part", Figures.Count(state.Rounds, "round"))
                .Row("failed in", Figures.Count(state.Failures, "round"))
                .Row("silent in", Figures.Count(state.Missed, "round"))
                .Row("state", state.Quarantined ? "quarantined: it is not asked any more" : "is asked"));
        });
        return command;
    }
}
