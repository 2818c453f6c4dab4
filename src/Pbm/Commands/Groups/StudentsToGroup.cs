using System.Globalization;
using Cohort.Federation;
using Cohort.Model.Data;
using Cohort.Model.Partitions;
using Cohort.Model.Plans;
using Cohort.Model.Randomness;
using Cohort.Model.Training;
using Cohort.Pbm.Printing;

namespace Cohort.Pbm.Commands;

/// <summary>Whom <c>pbm groups compare</c> groups: a plan's students, a file's, or such as are drawn.</summary>
/// <param name="Sentence">Who they are, as the beginning of a sentence.</param>
/// <param name="Classes">The classes' names.</param>
/// <param name="Students">Their label counts.</param>
/// <param name="Groups">How many groups they form.</param>
/// <param name="MaxSize">G_max of the plan; null where it has none.</param>
/// <param name="Seed">Keys all random choices.</param>
internal sealed record StudentsToGroup(
    string Sentence, IReadOnlyList<string> Classes, StudentHistograms Students, int Groups, int? MaxSize, long Seed)
{
    public const string Fer2013 = "fer2013";

    public static StudentsToGroup OfPlan(string path, string? data, string? home, long? seed)
    {
        var plan = Plan.Read(path);
        plan = (plan with { Seed = seed ?? plan.Seed }).Checked("the command line");
        var population = Population.Create(plan, PlannedData.Load(plan, DataLocation.Resolve(data, new Home(home))).Data);
        var train = population.Data.Train;
        var students = new StudentHistograms(train.Classes.Count, population.Partition.Histograms(train));
        return new(
            $"{Figures.Count(students.Students, "student")} of the plan {plan.Name}",
            train.Classes,
            students,
            plan.Groups.Count,
            plan.Groups.MaxSize > 0 ? plan.Groups.MaxSize : null,
            plan.Seed);
    }

    public static StudentsToGroup OfFile(HistogramFile file, int groups, long seed) => new(
        $"{Figures.Count(file.Students.Students, "student")} of the file", file.Classes, file.Students, groups, null, Checked(seed));

    public static StudentsToGroup Drawn(string classes, int students, int samples, double alpha, int groups, long seed)
    {
        var fer = string.Equals(classes, Fer2013, StringComparison.Ordinal);
        double[] sizes = fer ? [.. LabelSkew.Fer2013Training.Select(count => (double)count)] : Sizes(classes);
        Require(students is >= 1 and <= 100_000_000, $"--students {students}: give a whole number from 1 to 100000000.");
        Require(samples >= 1, $"--samples-per-student {samples}: give a whole number of at least 1.");
        Require(alpha > 0 && double.IsFinite(alpha), $"--dirichlet {alpha.ToString(CultureInfo.InvariantCulture)}: give a number above 0.");
        var random = KeyedRandom.For((ulong)Checked(seed), Purpose.Partition);
        return new(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{Figures.Count(students, "student")} drawn by Dirichlet({alpha}) over {(fer ? "FER2013's" : Figures.Count(sizes.Length))} class{(sizes.Length == 1 ? "" : "es")}"),
            fer ? EmotionClasses.Fer2013 : [.. Enumerable.Range(0, sizes.Length).Select(c => $"class {c}")],
            new StudentHistograms(sizes.Length, LabelSkew.Dirichlet(sizes, students, samples, alpha, random)),
            groups,
            null,
            seed);
    }

    private static double[] Sizes(string classes) => [.. classes.Split(',', StringSplitOptions.TrimEntries).Select(text =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var size) && size > 0 && double.IsFinite(size)
            ? size
            : throw new CommandException($"--classes {classes}: \"{text}\" is no class's size; give fer2013, or sizes such as 3,2,1."))];

    private static long Checked(long seed)
    {
        Require(seed >= 0, $"--seed {seed}: give a whole number of at least 0.");
        return seed;
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new CommandException(otherwise);
        }
    }
}
