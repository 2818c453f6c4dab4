using System.CommandLine;
using Cohort.Pbm.Printing;
using Cohort.Seed.Api;

namespace Cohort.Pbm.Commands;

/// <summary><c>pbm student show</c>: one student of a run.</summary>
internal static class StudentShowCommand
{
    public static Command Create()
    {
        var student = new Argument<int>("ID") { Description = "The student's number, from 0." };
        var run = ChosenRun.Option();
        var cluster = new ClusterOptions();
        var json = CommonOptions.Json();
        var command = new CommandWithExamples(
            "show", "Show one student of a run.", "pbm student show 7", "pbm student show 7 --json")
        {
            student, run, cluster.Url, cluster.TokenFile, json,
        };
        command.SetAction(async (parsed, stop) =>
        {
            using var seed = cluster.Open(parsed);
            var id = await ChosenRun.IdOf(seed, parsed.GetValue(run), stop);
            var state = await seed.Student(id, parsed.GetValue(student), stop);
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
