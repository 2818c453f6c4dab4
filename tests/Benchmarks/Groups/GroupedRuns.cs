using System.Text.Json;
using Cohort.Pbm;
using Cohort.Pbm.Commands;

namespace Cohort.Benchmarks.Groups;

/// <summary>The same partition trained in the same groups, under several seeds.</summary>
/// <param name="Partition">How labels are skewed: the plan's word.</param>
/// <param name="Grouping">random, balanced, or none.</param>
/// <param name="Trainings">How often a student trains in a global round: in so many intra-group rounds, or without groups in so many epochs.</param>
/// <param name="MeanKl">By seed: KL of a group's labels from everybody's, mean over groups, in nats; empty without groups.</param>
/// <param name="Rounds">By seed: the rounds, as the ledger has them.</param>
internal sealed record GroupedRuns(
    string Partition,
    string Grouping,
    int Trainings,
    IReadOnlyList<double> MeanKl,
    IReadOnlyList<IReadOnlyList<LedgerRound>> Rounds)
{
    public const string None = "none";

    public bool HasGroups => !string.Equals(Grouping, None, StringComparison.Ordinal);

    /// <summary>What a table calls it.</summary>
    public string Name => HasGroups ? $"{Grouping} groups, {Trainings} intra-group rounds" : $"no groups, {Trainings} epoch{(Trainings == 1 ? "" : "s")}";

    /// <summary>Shape [seeds][rounds]: accuracy on the test samples after every round.</summary>
    public IReadOnlyList<double[]> Accuracies { get; } =
        [.. Rounds.Select(rounds => rounds.Select(round => round.Accuracy!.Value).ToArray())];

    /// <summary>
    /// Reads what balanced-groups.sh keeps: PARTITION-GROUPING-TRAININGS-SEED.json, with seeds from 1.
    /// </summary>
    /// <exception cref="FileNotFoundException">No such run was trained.</exception>
    public static GroupedRuns Read(string folder, string partition, string grouping, int trainings)
    {
        var (rounds, balance) = (new List<IReadOnlyList<LedgerRound>>(), new List<double>());
        for (var seed = 1; File.Exists(Of(seed)) || seed == 1; seed++)
        {
            rounds.Add(JsonSerializer.Deserialize(File.ReadAllText(Of(seed)), PbmJson.Default.LedgerRounds)!.Rounds);
            if (!string.Equals(grouping, None, StringComparison.Ordinal))
            {
                var formed = File.ReadAllText(Path.Combine(folder, $"{partition}-{grouping}-balance-{seed}.json"));
                balance.Add(JsonSerializer.Deserialize(formed, PbmJson.Default.GroupFigures)!.Formed.MeanKl);
            }
        }

        return new(partition, grouping, trainings, balance, rounds);

        string Of(int seed) => Path.Combine(folder, $"{partition}-{grouping}-{trainings}-{seed}.json");
    }

    /// <summary>By seed: the first round that reached an accuracy, or null if none did.</summary>
    public IReadOnlyList<int?> RoundsTo(double accuracy) =>
        [.. Accuracies.Select(curve => Array.FindIndex(curve, value => value >= accuracy))
            .Select(found => found < 0 ? (int?)null : found + 1)];

    /// <summary>By seed: mean accuracy of some rounds that end with one, which varies less than that one's.</summary>
    public IReadOnlyList<double> About(int round, int rounds) =>
        [.. Accuracies.Select(curve => curve[Math.Max(0, round - rounds)..round].Average())];
}
