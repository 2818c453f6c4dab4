using System.Globalization;
using System.Text;

namespace Cohort.Benchmarks.Groups;

/// <summary>
/// What balanced-groups.sh has trained, as tables in Markdown and as a plot: <c>balanced-groups FOLDER PLOT.svg</c>.
/// </summary>
internal static class BalancedGroupsReport
{
    private const int Smoothing = 5;
    private static readonly double[] Levels = [0.30, 0.33];
    private static readonly int[] Intra = [2, 4];
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
            var grouped = (from intra in Intra from grouping in Groupings select GroupedRuns.Read(folder, word, grouping, intra)).ToList();
            var rounds = grouped.Min(runs => runs.Accuracies.Min(curve => curve.Length));
            Print(name, none, grouped, rounds);
            panels.AddRange(Intra.Select(intra => new AccuracyPanel(
                $"{name}, {intra} intra-group rounds",
                [
                    ("no groups", Cut(none)),
                    .. grouped.Where(runs => runs.IntraGroupRounds == intra).Select(runs => ($"{runs.Grouping} groups", Cut(runs))),
                ])));

            IReadOnlyList<double[]> Cut(GroupedRuns runs) => [.. runs.Accuracies.Select(curve => curve[..rounds])];
        }

        File.WriteAllText(plot, new AccuracyChart("Accuracy on FER2013 by global rounds", panels, columns: Intra.Length).ToSvg());
        Console.WriteLine(same
            ? "Groups that average once a round: every model has the hash of the one without groups, round by round."
            : "Groups that average once a round changed the model, which they must not.");
        return same ? 0 : 1;
    }

    private static bool SameModels(GroupedRuns none, GroupedRuns grouped) =>
        none.Rounds.Zip(grouped.Rounds).All(seed => seed.Second.Zip(seed.First).All(round => string.Equals(round.First.Model, round.Second.Model, StringComparison.Ordinal)));

    private static void Print(string partition, GroupedRuns none, IReadOnlyList<GroupedRuns> grouped, int rounds)
    {
        var trainings = Intra[0] * rounds;
        Console.WriteLine($"**{partition}**, {none.Rounds.Count} seeds, {rounds} global rounds: mean (least to greatest)");
        Console.WriteLine();
        Console.WriteLine(
            $"| groups | intra-group rounds | mean KL | {string.Join(" | ", Levels.Select(level => $"rounds to {level:P0}".Replace(" %", "\u00a0%", StringComparison.Ordinal)))} "
            + $"| accuracy in %, rounds {rounds - Smoothing + 1} to {rounds} | accuracy in % after {trainings} trainings of everybody |");
        Console.WriteLine($"|---|---|---|{string.Concat(Enumerable.Repeat("---|", Levels.Length))}---|---|");
        foreach (var runs in grouped.Prepend(none))
        {
            var row = new StringBuilder($"| {runs.Grouping} | {runs.IntraGroupRounds} | ");
            row.Append(runs.MeanKl.Count == 0 ? "" : runs.MeanKl.Average().ToString("F3", CultureInfo.InvariantCulture));
            foreach (var level in Levels)
                row.Append(" | ").Append(Reached(runs.RoundsTo(level)));
            row.Append(" | ").Append(Range(runs.About(rounds, Smoothing), 100));
            row.Append(" | ").Append(Range(runs.About(trainings / runs.IntraGroupRounds, Smoothing), 100)).Append(" |");
            Console.WriteLine(row);
        }

        Console.WriteLine();
        foreach (var intra in Intra)
        {
            var (random, balanced) = (One("random"), One("balanced"));
            var gains = random.About(rounds, rounds).Zip(balanced.About(rounds, rounds), (less, more) => more - less).ToList();
            Console.WriteLine($"Balanced less random, {intra} intra-group rounds, mean of all {rounds} rounds: {Range(gains, 100)} points.");
            GroupedRuns One(string grouping) =>
                grouped.Single(runs => string.Equals(runs.Grouping, grouping, StringComparison.Ordinal) && runs.IntraGroupRounds == intra);
        }

        Console.WriteLine();
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
