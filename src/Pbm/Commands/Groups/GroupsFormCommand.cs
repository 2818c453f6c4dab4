using System.CommandLine;
using System.Globalization;
using Cohort.Federation;
using Cohort.Model.Plans;
using Cohort.Model.Randomness;
using Cohort.Model.Training;
using Cohort.Pbm.Printing;
using Cohort.Seed.Coordination;

namespace Cohort.Pbm.Commands;

/// <summary><c>pbm groups form</c>: forms a plan's groups into a file, or forms those of a file again with few moves.</summary>
internal static class GroupsFormCommand
{
    public static Command Create()
    {
        var planFile = CommonOptions.Plan();
        var from = new Option<string?>("--from")
        {
            Description = "Groups formed before: students keep theirs unless they must move. Students are known by their number.",
            HelpName = "FILE",
        };
        var bound = new Option<double?>("--max-kl")
        {
            Description = "With --from: the KL divergence, in nats, that no group should exceed. Default: the worst group's before.",
            HelpName = "NATS",
        };
        var without = new Option<string?>("--without") { Description = "Students who are in no group, such as 3,17.", HelpName = "LIST" };
        var output = new Option<string>("--output") { Description = "The file to write.", HelpName = "FILE", Required = true };
        var data = CommonOptions.Data();
        var seed = new Option<long?>("--seed") { Description = "Instead of the plan's seed.", HelpName = "N" };
        var home = CommonOptions.Home();
        var json = CommonOptions.Json();
        var command = new CommandWithExamples(
            "form",
            "Form a plan's groups into a file; or, after students came, went or drifted, form a file's groups again and move few.",
            "pbm groups form plans/quick.json --output groups.json",
            "pbm groups form plans/quick.json --from groups.json --without 3,17 --output groups-2.json")
        {
            planFile, from, bound, without, output, data, seed, home, json,
        };
        command.Details = """
            A plan with more students than the file has newcomers, one with fewer has lost the last ones; other labels of the same
            students are a drift. The file says each student's group, from 0. Runs form groups by themselves and read no file.
            """;
        command.SetAction(parsed =>
        {
            var plan = Plan.Read(parsed.GetValue(planFile)!);
            plan = (plan with { Seed = parsed.GetValue(seed) ?? plan.Seed }).Checked("the command line");
            var before = parsed.GetValue(from) is { } path ? GroupAssignment.Read(path) : null;
            if (before is null && parsed.GetValue(bound) is not null)
            {
                throw new CommandException("--max-kl bounds how groups are formed again; give --from too, or leave it out.");
            }

            var absent = Absent(parsed.GetValue(without), plan.Students.Count);
            var limit = parsed.GetValue(bound) ?? before?.WorstKl ?? 0;
            if (!(limit >= 0))
            {
                throw new CommandException($"--max-kl {limit.ToString(CultureInfo.InvariantCulture)}: give a number of at least 0.");
            }

            RequireSameShape(plan, before, parsed.GetValue(from));
            var population = Population.Create(
                plan, PlannedData.Load(plan, DataLocation.Resolve(parsed.GetValue(data), new Home(parsed.GetValue(home)))).Data);
            var present = Enumerable.Range(0, plan.Students.Count).Where(student => !absent.Contains(student)).ToArray();
            var formed = Form(plan, population, present, before, limit);
            formed.Assignment.Write(parsed.GetValue(output)!);
            if (parsed.GetValue(json))
            {
                Page.PrintJson(formed.Figures, PbmJson.Default.FormedGroups);
            }
            else
            {
                Print(formed.Figures, parsed.GetValue(output)!, plan);
            }
        });
        return command;
    }

    private static (GroupAssignment Assignment, FormedGroups Figures) Form(
        Plan plan, Population population, int[] present, GroupAssignment? before, double bound)
    {
        var reported = Only(ShownReports.Of(plan, population), present);
        var train = population.Data.Train;
        var held = Only(new StudentHistograms(train.Classes.Count, population.Partition.Histograms(train)), present);
        int[] was = before is null ? [] : [.. present.Select(before.Of)];
        var again = before is null
            ? new Regrouped(GroupForming.Assign(plan, reported), 0, WithinBound: true)
            : Regrouping.Of(reported, was, plan.Groups.Count, bound, KeyedRandom.For((ulong)plan.Seed, Purpose.Group));

        var groupOf = new int?[plan.Students.Count];
        foreach (var (index, student) in present.Index())
        {
            groupOf[student] = again.GroupOf[index];
        }

        var balance = GroupBalance.Of(held, again.GroupOf, plan.Groups.Count);
        var worst = balance.Max(group => group.KullbackLeibler);
        var gone = before?.GroupOf.Index().Count(student => student.Item is not null && (student.Index >= groupOf.Length || groupOf[student.Index] is null));
        return (
            new(plan.Name, plan.Digest, population.Data.Digest, plan.Groups.Count, worst, groupOf),
            new(
                plan.Name,
                plan.Groups.Count,
                present.Length,
                balance.Average(group => group.KullbackLeibler),
                worst,
                before is null ? null : again.Moved,
                before is null ? null : was.Count(group => group == Regrouping.NoGroup),
                gone,
                before is null ? null : bound,
                before is null ? null : again.WithinBound));
    }

    private static StudentHistograms Only(StudentHistograms students, int[] present)
    {
        var counts = new int[present.Length * students.Classes];
        foreach (var (index, student) in present.Index())
        {
            students.Of(student).CopyTo(counts.AsSpan(index * students.Classes));
        }

        return new(students.Classes, counts);
    }

    private static void RequireSameShape(Plan plan, GroupAssignment? before, string? file)
    {
        if (before is not null && before.Groups != plan.Groups.Count)
        {
            throw new CommandException(
                $"{file}: there are {before.Groups} groups, and the plan {plan.Name} forms {plan.Groups.Count}; form them anew, without --from.");
        }

        if (before is not null && plan.Groups.Equalise is GroupEquality.Samples)
        {
            throw new CommandException("Groups are formed again with equally many students; take groups.equalise students, or form them anew.");
        }
    }

    private static HashSet<int> Absent(string? list, int students) => list is null ? [] : [.. list.Split(',', StringSplitOptions.TrimEntries).Select(text =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var student) && student < students
            ? student
            : throw new CommandException($"--without {list}: there is no student \"{text}\"; the plan has those from 0 to {students - 1}."))];

    private static void Print(FormedGroups formed, string output, Plan plan)
    {
        var facts = Tables.Facts()
            .Row("groups", Figures.Count(formed.Groups))
            .Row("students", Figures.Count(formed.Students))
            .Row("KL, mean and worst", $"{Figures.Measure(formed.MeanKl)} and {Figures.Measure(formed.WorstKl)}");
        if (formed.Moved is { } moved)
        {
            facts.Row("came", Figures.Count(formed.Came!.Value))
                .Row("left", Figures.Count(formed.Left!.Value))
                .Row("moved to another group", Figures.Count(moved));
        }

        Page.Print(facts);
        if (formed.WithinBound is false)
        {
            Page.PrintParagraph($"By what students report, a group exceeds {Figures.Measure(formed.MaxKl)} nats, and no further exchange was found that "
                + "lowers it; raise --max-kl, or form the groups anew.");
        }

        if (ShownReports.SentenceOn(plan) is { } sentence)
        {
            Page.PrintParagraph(sentence);
        }

        Page.Print($"The groups are in {output}.");
    }
}

/// <summary>What <c>pbm groups form --json</c> prints.</summary>
/// <param name="Plan">The plan's name.</param>
/// <param name="Groups">How many groups.</param>
/// <param name="Students">In all groups.</param>
/// <param name="MeanKl">KL(group || population) in nats, the mean over groups.</param>
/// <param name="WorstKl">The worst group's.</param>
/// <param name="Moved">How many of those who stayed are in another group than before; null where groups were formed anew, as below.</param>
/// <param name="Came">How many were in no group before.</param>
/// <param name="Left">How many were in a group and are in none now.</param>
/// <param name="MaxKl">What no group should exceed.</param>
/// <param name="WithinBound">Whether none does, by what students report.</param>
internal sealed record FormedGroups(
    string Plan, int Groups, int Students, double MeanKl, double WorstKl, int? Moved, int? Came, int? Left, double? MaxKl, bool? WithinBound);
