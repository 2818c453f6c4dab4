using System.Globalization;

namespace Cohort.Benchmarks.Groups;

/// <summary>
/// What balanced-groups.sh has trained, as tables in Markdown and as a plot: <c>balanced-groups FOLDER PLOT.svg</c>.
/// </summary>
internal static class BalancedGroupsReport
{
    private const int Smoothing = 5;
    private static readonly double[] Levels = [0.30, 0.33];
    private static readonly int[] Trainings = [2, 4];
    private static readonly string[] Groupings = ["random", "balanced"];
    private static readonly (string Word, string Name)[] Partitions =
        [("dirichlet", "Dirichlet(0.1)"), ("shards", "two shards a student")];

    public static int Run(string[] arguments)
    {
        if (arguments is not [var folder, var plot])
        {
            Console.Error.WriteLine("balanced-groups takes a folder of results and a plot's name: balanced-groups FOLDER PLOT.svg");
            return 2;
        }

        var same = true;
        var panels = new List<AccuracyPanel>();
        foreach (var (word, name) in Partitions)
        {
            var none = GroupedRuns.Read(folder, word, GroupedRuns.None, 1);
            same &= Groupings.All(grouping => SameModels(none, GroupedRuns.Read(folder, word, grouping, 1)));
            var compared = (
                from trainings in Trainings
                from grouping in Groupings.Prepend(GroupedRuns.None)
                select GroupedRuns.Read(folder, word, grouping, trainings)).ToList();
            var rounds = compared.Min(runs => runs.Accuracies.Min(curve => curve.Length));
            Print(name, [none, .. compared], rounds);
            panels.AddRange(Trainings.Select(trainings => new AccuracyPanel(
                $"{name}, {trainings} intra-group rounds",
                [
                    ("no groups, 1 epoch", Cut(none)),
                    .. compared.Where(runs => runs.Trainings == trainings)
                        .Select(runs => (runs.HasGroups ? $"{runs.Grouping} groups" : runs.Name, Cut(runs))),
                ])));

            IReadOnlyList<double[]> Cut(GroupedRuns runs) => [.. runs.Accuracies.Select(curve => curve[..rounds])];
        }

        File.WriteAllText(plot, new AccuracyChart("Accuracy on FER2013 by global rounds", panels, columns: Trainings.Length).ToSvg());
        Console.WriteLine(same
            ? "Groups that average once a round: every model has the hash of the one without groups, round by round."
            : "Groups that average once a round changed the model, which they must not.");
        return same ? 0 : 1;
    }

    private static bool SameModels(GroupedRuns none, GroupedRuns grouped) =>
        none.Rounds.Zip(grouped.Rounds).All(seed => seed.Second.Zip(seed.First).All(round => string.Equals(round.First.Model, round.Second.Model, StringComparison.Ordinal)));

    private static void Print(string partition, IReadOnlyList<GroupedRuns> compared, int rounds)
    {
        var trained = Trainings[0] * rounds;
        Console.WriteLine($"**{partition}**, {compared[0].Rounds.Count} seeds, {rounds} global rounds: mean (least to greatest)");
        Console.WriteLine();
        var heads = new List<string> { "in a round", "mean KL" };
        heads.AddRange(Levels.Select(level => string.Create(CultureInfo.InvariantCulture, $"rounds to {100 * level:F0} %")));
        heads.Add($"accuracy in %, rounds {rounds - Smoothing + 1} to {rounds}");
        heads.Add($"accuracy in % after {trained} trainings");
        Row(heads);
        Console.WriteLine($"|{string.Concat(heads.Select(_ => "---|"))}");
        foreach (var runs in compared)
        {
            Row(
                [
                    runs.Name,
                    runs.HasGroups ? runs.MeanKl.Average().ToString("F3", CultureInfo.InvariantCulture) : "",
                    .. Levels.Select(level => Reached(runs.RoundsTo(level))),
                    Range(runs.About(rounds, Smoothing), 100),
                    Range(runs.About(trained / runs.Trainings, Smoothing), 100),
                ]);
        }

        Console.WriteLine();
        foreach (var trainings in Trainings)
        {
            var (none, random, balanced) = (One(GroupedRuns.None), One("random"), One("balanced"));
            Console.WriteLine(
                $"{trainings} trainings a round, points of accuracy, mean of rounds 1 to {rounds}, by seed: balanced less random groups "
                + $"{Gains(balanced, random)}; balanced groups less {none.Name} {Gains(balanced, none)}.");

            GroupedRuns One(string grouping) =>
                compared.Single(runs => string.Equals(runs.Grouping, grouping, StringComparison.Ordinal) && runs.Trainings == trainings);
        }

        Console.WriteLine();

        string Gains(GroupedRuns more, GroupedRuns less) => string.Join(", ", more.About(rounds, rounds).Zip(less.About(rounds, rounds))
            .Select(pair => (100 * (pair.First - pair.Second)).ToString("+0.0;-0.0;0.0", CultureInfo.InvariantCulture)));

        static void Row(IEnumerable<string> cells) => Console.WriteLine($"| {string.Join(" | ", cells)} |");
    }

    private static string Reached(IReadOnlyList<int?> rounds) => rounds.Count(round => round is null) switch
    {
        0 => Range([.. rounds.Select(round => (double)round!.Value)], 1, "F0"),
        var missing when missing == rounds.Count => "not reached",
        var missing => $"{Range([.. rounds.Where(round => round is not null).Select(round => (double)round!.Value)], 1, "F0")}; {missing} of {rounds.Count} not",
    };

    private static string Range(IReadOnlyList<double> values, double scale, string format = "F1")
    {
        string Of(double value, string how) => (scale * value).ToString(how, CultureInfo.InvariantCulture);
        return $"{Of(values.Average(), "F1")} ({Of(values.Min(), format)} to {Of(values.Max(), format)})";
    }
}
