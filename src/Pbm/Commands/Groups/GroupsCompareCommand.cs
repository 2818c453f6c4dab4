using System.CommandLine;
using System.Globalization;
using Cohort.Federation;
using Cohort.Pbm.Printing;
using Cohort.Pbm.Printing.Charts;

namespace Cohort.Pbm.Commands;

/// <summary><c>pbm groups compare</c>: how well each algorithm groups the same students, and what noise on their reports costs.</summary>
internal static class GroupsCompareCommand
{
    public static Command Create()
    {
        var planFile = new Argument<string?>("PLAN")
        {
            Description = "A plan file, whose students are grouped. Without it students are drawn by the options below.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var data = CommonOptions.Data();
        var file = new Option<string?>("--histograms")
        {
            Description = "Students' label counts as CSV: a first line of class names, then a line for each student.",
            HelpName = "FILE",
        };
        var students = Number("--students", "How many students are drawn.", "N", 100);
        var dirichlet = new Option<double?>("--dirichlet")
        {
            Description = "Concentration of their labels (Yurochkin et al. 2019). Default: 0.1.",
            HelpName = "ALPHA",
        };
        var groups = Number("--groups", "How many groups they form.", "G", 10);
        var classes = new Option<string?>("--classes")
        {
            Description = "How the labels of all students are distributed: fer2013 (the default), or the classes' sizes, such as 3,2,1.",
            HelpName = "CLASSES",
        };
        var samples = Number("--samples-per-student", "How many samples a student holds on average.", "N", 50);
        var maxSize = new Option<int?>("--max-size") { Description = "How many students a group may have at most (G_max).", HelpName = "N" };
        var seed = new Option<long?>("--seed") { Description = "Keys all random choices. Default: the plan's, or 1.", HelpName = "N" };
        var epsilon = new Option<string?>("--epsilon")
        {
            Description = "Also forms groups by noised reports of these epsilons, such as 0.1,1,10.",
            HelpName = "LIST",
        };
        var plot = new Option<string?>("--plot")
        {
            Description = "Draws every group's labels beside the population's, and the table, into FILE.svg or FILE.png.",
            HelpName = "FILE",
        };
        var home = CommonOptions.Home();
        var json = new Option<bool>("--json") { Description = "Print JSON for programs: an object on a line for each algorithm." };
        var command = new CommandWithExamples(
            "compare",
            "Group the same students by every algorithm, and compare how near the groups' labels are to the population's.",
            "pbm groups compare --students 100 --dirichlet 0.1 --groups 10 --classes fer2013 --seed 1",
            "pbm groups compare plans/quick.json --epsilon 0.1,1,10 --plot groups.svg",
            "pbm groups compare --histograms students.csv --groups 4 --json")
        {
            planFile, data, file, students, dirichlet, groups, classes, samples, maxSize, seed, epsilon, plot, home, json,
        };
        command.Details = """
            KL is the KL divergence of a group's labels from the population's, in nats. random is the baseline, astraea the greedy
            rule of Duan et al. 2019, balanced deals greedily and then swaps, layered only deals and is meant for very many students,
            equalSamples makes groups equal in samples instead of students (docs/groups.md).
            """;
        command.SetAction(parsed =>
        {
            Option[] drawing = [students, dirichlet, classes, samples];
            var given = drawing.Where(option => parsed.GetResult(option) is { Implicit: false }).Select(option => option.Name).ToList();
            var source = (parsed.GetValue(planFile), parsed.GetValue(file)) switch
            {
                ({ }, { }) => throw new CommandException("PLAN and --histograms both say who the students are; leave one out."),
                ({ } path, _) when given.Count == 0 && parsed.GetValue(groups) is null => StudentsToGroup.OfPlan(path, parsed.GetValue(data), parsed.GetValue(home), parsed.GetValue(seed)),
                ({ }, _) => throw new CommandException($"PLAN says who the students are and how many groups they form; leave it out, or {given.Append("--groups").First()}."),
                (_, { } path) when given.Count == 0 => StudentsToGroup.OfFile(HistogramFile.Read(path), parsed.GetValue(groups) ?? 10, parsed.GetValue(seed) ?? 1),
                (_, { }) => throw new CommandException($"--histograms says who the students are; leave it out, or {given[0]}."),
                _ => StudentsToGroup.Drawn(
                    parsed.GetValue(classes) ?? StudentsToGroup.Fer2013,
                    parsed.GetValue(students) ?? 100,
                    parsed.GetValue(samples) ?? 50,
                    parsed.GetValue(dirichlet) ?? 0.1,
                    parsed.GetValue(groups) ?? 10,
                    parsed.GetValue(seed) ?? 1),
            };
            Compare(
                source,
                Limit(parsed.GetValue(maxSize), source),
                Epsilons(parsed.GetValue(epsilon)),
                parsed.GetValue(plot) is { } image ? ChartFile.At(image) : null,
                parsed.GetValue(json));
        });
        return command;
    }

    private static Option<int?> Number(string name, string meaning, string symbol, int usual)
        => new(name) { Description = $"{meaning} Default: {usual}.", HelpName = symbol };

    private static void Compare(StudentsToGroup source, int maxSize, IReadOnlyList<double> epsilons, ChartFile? plot, bool json)
    {
        var held = source.Students;
        var compared = new List<ComparedGrouping>();
        if (!json)
        {
            Page.PrintParagraph($"{source.Sentence} into {Figures.Count(source.Groups, "group")}, seed {source.Seed}.");
        }

        foreach (var grouping in Groupings(held.Students, maxSize))
        {
            compared.Add(ComparedGrouping.Of(grouping, held, held, source.Groups, source.Seed));
            Tell(compared[^1], json);
        }

        foreach (var epsilon in epsilons)
        {
            var reported = new HistogramReport(epsilon, NoiseSecret.FromSeed((ulong)source.Seed), "compare").Of(held);
            foreach (var grouping in Groupings(held.Students, maxSize).Where(grouping => grouping is not RandomGrouping))
            {
                compared.Add(ComparedGrouping.Of(grouping, held, reported, source.Groups, source.Seed, epsilon));
                Tell(compared[^1], json);
            }
        }

        if (!json)
        {
            Print(compared);
        }

        if (held.Students > AstraeaGrouping.MostStudents)
        {
            Console.Error.WriteLine($"astraea is left out: it takes minutes beyond {Figures.Count(AstraeaGrouping.MostStudents, "student")}.");
        }

        if (plot is not null)
        {
            plot.Save(new GroupChart(source.Sentence, source.Classes, held.Population(), compared));
            Console.Error.WriteLine($"The picture is in {plot.Path}.");
        }
    }

    private static void Tell(ComparedGrouping grouping, bool json)
    {
        if (json)
        {
            Page.PrintJson(grouping, PbmJson.Default.ComparedGrouping);
        }
    }

    private static void Print(IReadOnlyList<ComparedGrouping> compared)
    {
        var table = Tables.New().Name("algorithm").Number("KL: mean", "worst", "TV: mean", "worst", "students", "samples", "seconds");
        foreach (var one in compared.Where(one => one.Epsilon is null))
        {
            table.Row(
                one.Algorithm,
                Figures.Measure(one.MeanKl),
                Figures.Measure(one.MaxKl),
                Figures.Measure(one.MeanTotalVariation),
                Figures.Measure(one.MaxTotalVariation),
                Range(one.LeastStudents, one.MostStudents),
                Range(one.LeastSamples, one.MostSamples),
                one.Seconds.ToString("F3", CultureInfo.InvariantCulture));
        }

        Page.Print(table);
        var noised = compared.Where(one => one.Epsilon is not null).GroupBy(one => one.Epsilon!.Value).ToList();
        if (noised.Count == 0)
        {
            return;
        }

        Page.PrintParagraph("Mean KL (worst) of groups formed by reports under geometric noise, measured by what students hold:");
        var algorithms = noised[0].Select(one => one.Algorithm).ToArray();
        var curve = Tables.New().Number(["epsilon", .. algorithms]);
        foreach (var row in noised)
        {
            curve.Row([Epsilon(row.Key), .. row.Select(KlOf)]);
        }

        curve.Row(["no noise", .. compared.Where(one => one.Epsilon is null && algorithms.Contains(one.Algorithm)).Select(KlOf)]);
        Page.Print(curve);
    }

    private static string KlOf(ComparedGrouping one) => $"{Figures.Measure(one.MeanKl)} ({Figures.Measure(one.MaxKl)})";

    private static string Epsilon(double epsilon) => epsilon.ToString("0.######", CultureInfo.InvariantCulture);

    private static string Range(long least, long most)
        => least == most ? Figures.Count(least) : $"{Figures.Count(least)} to {Figures.Count(most)}";

    private static IEnumerable<IGrouping> Groupings(int students, int maxSize)
    {
        yield return new RandomGrouping();
        if (students <= AstraeaGrouping.MostStudents)
        {
            yield return new AstraeaGrouping();
        }

        yield return new BalancedGrouping();
        yield return new LayeredGrouping();
        yield return new EqualSampleGrouping(maxSize);
    }

    private static int Limit(int? maxSize, StudentsToGroup source)
    {
        var students = source.Students.Students;
        if (source.Groups < 1 || source.Groups > students)
        {
            throw new CommandException($"{Figures.Count(students, "student")} cannot form {Figures.Count(source.Groups, "group")}; "
                + $"give --groups from 1 to {students}.");
        }

        if ((maxSize ?? source.MaxSize) is not { } most)
        {
            return int.MaxValue;
        }

        return most > students
            ? throw new CommandException($"A group of {most} students is larger than the population of {students}; give a smaller --max-size.")
            : most < 1 || (long)most * source.Groups < students
                ? throw new CommandException($"{source.Groups} groups of at most {most} hold {(long)most * source.Groups} of {students} students; "
                    + $"give --groups {(students - 1) / Math.Max(1, most) + 1} or more, or a larger --max-size.")
                : most;
    }

    private static IReadOnlyList<double> Epsilons(string? list) => list is null ? [] : [.. list.Split(',', StringSplitOptions.TrimEntries).Select(text =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var epsilon) && epsilon is >= HistogramReport.LeastEpsilon and <= HistogramReport.LargestEpsilon
            ? epsilon
            : throw new CommandException(string.Create(CultureInfo.InvariantCulture, $"--epsilon {list}: \"{text}\" is no epsilon; give numbers from {HistogramReport.LeastEpsilon} to {HistogramReport.LargestEpsilon}, such as 0.1,1,10."))).Order()];
}
