namespace Cohort.Federation;

/// <summary>
/// The mean of the n - f - 2 updates with the least scores of Krum (Blanchard et al. 2017, section 5, with the largest m that their
/// theorem allows). Every one of them counts once.
/// </summary>
public sealed class MultiKrum : IAggregationRule
{
    public string Name => "multiKrum";

    public string Meaning => "the mean of krum's n - f - 2 best, of 2f + 3 or more (Blanchard et al. 2017)";

    public IReadOnlyList<Hyperparameter> Hyperparameters => [IAggregationRule.Attackers];

    public int LeastUpdates(Settings settings) => Krum.Least(settings);

    public void Combine(IReadOnlyList<SingleUpdate> updates, FixedPointGrid grid, Settings settings, Span<int> combined)
    {
        ArgumentNullException.ThrowIfNull(updates);
        ArgumentNullException.ThrowIfNull(settings);
        int[][] values = [.. updates.Select(update => update.Values)];
        var attackers = (int)settings[IAggregationRule.Attackers];
        var chosen = KrumScores.Least(
            new PairwiseDistances(values), [.. Enumerable.Range(0, values.Length)], attackers, values.Length - attackers - 2);
        GridMean.Of([.. chosen.Select(i => values[i])], combined);
    }
}
