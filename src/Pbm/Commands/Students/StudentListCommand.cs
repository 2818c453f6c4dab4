using System.CommandLine;
using Cohort.Pbm.Printing;
using Cohort.Seed.Api;
using Spectre.Console;

namespace Cohort.Pbm.Commands;

/// <summary><c>pbm student list</c>: a run's students, a page at a time.</summary>
internal static class StudentListCommand
{
    private const int PageLength = 50;
    private const int LongestPage = 1_000;

    public static Command Create()
    {
        var run = ChosenRun.Option();
        var offset = new Option<int>("--offset") { Description = "Students to leave out at the beginning.", HelpName = "N" };
        var limit = new Option<int>("--limit")
        {
            Description = "Students to list at most.",
            HelpName = "N",
            DefaultValueFactory = _ => PageLength,
        };
        var cluster = new ClusterOptions();
        var json = CommonOptions.Json();
        var command = new CommandWithExamples(
            "list",
            "List a run's students: their group, their samples, and how often they took part.",
            "pbm student list",
            "pbm student list --run quick-1 --offset 50 --limit 10")
        {
            run, offset, limit, cluster.Url, cluster.TokenFile, json,
        };
        command.SetAction(async (parsed, stop) =>
        {
            var (first, most) = (parsed.GetValue(offset), parsed.GetValue(limit));
            if (first < 0 || most is < 1 or > LongestPage)
            {
                throw new CommandException(
                    $"--offset is {first} and --limit {most}; give at least 0, and from 1 to {LongestPage}.");
            }

            using var seed = cluster.Open(parsed);
            var id = await ChosenRun.IdOf(seed, parsed.GetValue(run), stop);
            var students = await seed.Students(id, first, most, stop);
            if (parsed.GetValue(json))
            {
                Page.PrintJson(new StudentsOfRun(id, first, students), PbmJson.Default.StudentsOfRun);
                return;
            }

            Page.Print(Table(students));
            if (students.Count == most)
            {
                Page.Print($"There may be more: --offset {first + most} lists them.");
            }
        });
        return command;
    }

    private static Table Table(IReadOnlyList<StudentState> students)
    {
        var resident = students.Any(student => student.Name is not null);
        var table = Tables.New().Number("student", "group", "samples", "rounds", "failed", "missed").Name("state");
        if (resident)
        {
            table.Words("name").Number("version");
        }

        foreach (var student in students)
        {
            string[] row =
            [
                Figures.Count(student.Student),
                Figures.Count(student.Group),
                Figures.Count(student.Samples),
                Figures.Count(student.Rounds),
                Figures.Count(student.Failures),
                Figures.Count(student.Missed),
                student.Quarantined ? "quarantined" : "asked",
            ];
            table.Row(resident ? [.. row, student.Name ?? "", Figures.Count(student.Version ?? 0)] : row);
        }

        return table;
    }
}

/// <summary>What <c>pbm student list --json</c> prints.</summary>
/// <param name="Run">The run they belong to.</param>
/// <param name="Offset">How many were left out before them.</param>
/// <param name="Students">At most as many as were asked for.</param>
internal sealed record StudentsOfRun(string Run, int Offset, IReadOnlyList<StudentState> Students);
