using System.CommandLine;
using System.Globalization;
using Cohort.Federation;
using Cohort.Model.Plans;
using Cohort.Model.Training;
using Cohort.Pbm.Printing;
using Cohort.Seed.Coordination;

namespace Cohort.Pbm.Commands;

/// <summary>
/// <c>pbm groups show</c>: the groups that a run of the plan would form, beside groups drawn at random; or those that a run of a
/// cluster has formed.
/// </summary>
internal static class GroupsShowCommand
{
    public static Command Create()
    {
        var planFile = new Argument<string?>("PLAN")
        {
            Description = "A plan file, such as plans/quick.json. Without it, a cluster is asked for the groups of its run.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var run = ChosenRun.Option();
        var cluster = new ClusterOptions();
        var data = CommonOptions.Data();
        var seed = new Option<long?>("--seed") { Description = "Instead of the plan's seed.", HelpName = "N" };
        var home = CommonOptions.Home();
        var json = CommonOptions.Json();
        var command = new CommandWithExamples(
            "show",
            "Form a plan's groups exactly as a run would, or ask a cluster for those of its run, and show how well each stands "
                + "for all students.",
            "pbm groups show plans/quick.json",
            "pbm groups show plans/fer.json --data fer2013.csv.gz",
            "pbm groups show --run quick-1")
        {
            planFile, run, data, seed, home, cluster.Url, cluster.TokenFile, json,
        };
        command.Details = """
            KL is the KL divergence of a group's labels from all students' labels, in nats; TV is their total variation
            distance, from 0 to 1. Groups of the same sizes drawn at random stand beside them.
            """;
        command.SetAction(async (parsed, stop) =>
        {
            if (parsed.GetValue(planFile) is not { } path)
            {
                using var asked = cluster.Open(parsed);
                await ClusterGroups.Show(asked, parsed.GetValue(run), parsed.GetValue(json), stop);
                return;
            }

            if (parsed.GetValue(run) is not null)
            {
                throw new CommandException("PLAN's groups are formed here, a run's are asked for; leave PLAN or --run out.");
            }

            var plan = Plan.Read(path);
            plan = (plan with { Seed = parsed.GetValue(seed) ?? plan.Seed }).Checked("the command line");
            Show(plan, DataLocation.Resolve(parsed.GetValue(data), new Home(parsed.GetValue(home))), parsed.GetValue(json));
        });
        return command;
    }

    private static void Show(Plan plan, string? path, bool json)
    {
        var population = Population.Create(plan, PlannedData.Load(plan, path).Data);
        var train = population.Data.Train;
        var histograms = new StudentHistograms(train.Classes.Count, population.Partition.Histograms(train));
        var figures = GroupFigures.Of(plan, population, histograms);
        if (json)
        {
            Page.PrintJson(figures, PbmJson.Default.GroupFigures);
            return;
        }

        Print(figures);
        if (ShownReports.SentenceOn(plan) is { } sentence)
        {
            Page.PrintParagraph(sentence);
        }
    }

    private static void Print(GroupFigures figures)
    {
        var (formed, random) = (figures.Formed, figures.Random);
        var distances = Tables.New()
            .Name("group").Number("students", "samples", "KL", "TV", "random: KL", "random: TV");
        foreach (var (group, drawn) in formed.Groups.Zip(random.Groups))
        {
            distances.Row(
                Figures.Count(group.Group),
                Figures.Count(group.Students),
                Figures.Count(group.Samples),
                Figures.Measure(group.Kl),
                Figures.Measure(group.TotalVariation),
                Figures.Measure(drawn.Kl),
                Figures.Measure(drawn.TotalVariation));
        }

        double[] mean = [formed.MeanKl, formed.MeanTotalVariation, random.MeanKl, random.MeanTotalVariation];
        double[] worst = [formed.WorstKl, formed.WorstTotalVariation, random.WorstKl, random.WorstTotalVariation];
        distances.Row(["mean", "", "", .. mean.Select(value => Figures.Measure(value))]);
        distances.Row(["worst", "", "", .. worst.Select(value => Figures.Measure(value))]);

        var shares = Tables.New().Name("group").Number([.. figures.Classes]);
        shares.Row(["all", .. figures.Population.Select(Percent)]);
        foreach (var group in formed.Groups)
        {
            shares.Row([Figures.Count(group.Group), .. group.Shares.Select(Percent)]);
        }

        Page.Print($"{Figures.Count(figures.Students, "student")} with {Figures.Count(figures.Samples, "sample")} in "
            + $"{Figures.Count(formed.Groups.Count, formed.Method + " group")}.");
        Page.Print(distances);
        Page.Print("Class shares in per cent:");
        Page.Print(shares);
    }

    private static string Percent(double share) => (100 * share).ToString("F1", CultureInfo.InvariantCulture);
}

/// <summary>What <c>pbm groups show --json</c> prints.</summary>
/// <param name="Classes">Class names, in the order of all shares.</param>
/// <param name="Students">In all groups.</param>
/// <param name="Samples">Of all students.</param>
/// <param name="Population">Each class's share of all samples.</param>
/// <param name="Formed">The groups that a run forms.</param>
/// <param name="Random">Groups of the same sizes drawn at random.</param>
internal sealed record GroupFigures(
    IReadOnlyList<string> Classes, int Students, int Samples, IReadOnlyList<double> Population, Grouped Formed, Grouped Random)
{
    public static GroupFigures Of(Plan plan, Population population, StudentHistograms histograms) => new(
        population.Data.Train.Classes,
        histograms.Students,
        population.Data.Train.Count,
        histograms.Population(),
        Grouped.By(plan, histograms, ShownReports.Of(plan, population)),
        Grouped.By(plan with { Groups = new() { Count = plan.Groups.Count, Method = GroupingMethod.Random } }, histograms, histograms));
}

/// <summary>One way to put all students into groups.</summary>
internal sealed record Grouped(
    string Method,
    double MeanKl,
    double WorstKl,
    double MeanTotalVariation,
    double WorstTotalVariation,
    IReadOnlyList<GroupRow> Groups)
{
    /// <param name="plan">Says how.</param>
    /// <param name="held">What students hold, by which the groups are measured.</param>
    /// <param name="reported">What they report, by which the groups are formed.</param>
    public static Grouped By(Plan plan, StudentHistograms held, StudentHistograms reported)
    {
        var balance = GroupBalance.Of(held, GroupForming.Assign(plan, reported), plan.Groups.Count);
        return new(
            GroupForming.GroupingOf(plan.Groups).Name,
            balance.Average(group => group.KullbackLeibler),
            balance.Max(group => group.KullbackLeibler),
            balance.Average(group => group.TotalVariation),
            balance.Max(group => group.TotalVariation),
            [.. balance.Select(group => new GroupRow(
                group.Group, group.Size, group.Samples, group.KullbackLeibler, group.TotalVariation, group.Distribution))]);
    }
}

/// <summary>One group.</summary>
/// <param name="Group">Its number, from 0.</param>
/// <param name="Students">How many are in it.</param>
/// <param name="Samples">How many they hold.</param>
/// <param name="Kl">KL(group || population) in nats.</param>
/// <param name="TotalVariation">Half the L1 distance to the population's shares.</param>
/// <param name="Shares">Each class's share of the group's samples.</param>
internal sealed record GroupRow(
    int Group, int Students, long Samples, double Kl, double TotalVariation, IReadOnlyList<double> Shares);
