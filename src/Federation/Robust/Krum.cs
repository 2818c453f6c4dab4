namespace Cohort.Federation;

/// <summary>The one update that is closest to its n - f - 2 nearest neighbours (Blanchard et al. 2017, section 4).</summary>
public sealed class Krum : IAggregationRule
{
    public string Name => "krum";

    public string Meaning => "the update amid its nearest neighbours, of 2f + 3 or more (Blanchard et al. 2017)";

    public IReadOnlyList<Hyperparameter> Hyperparameters => [IAggregationRule.Attackers];

    public int LeastUpdates(Settings settings) => Least(settings);

    public void Combine(IReadOnlyList<SingleUpdate> updates, FixedPointGrid grid, Settings settings, Span<int> combined)
    {
        ArgumentNullException.ThrowIfNull(updates);
        ArgumentNullException.ThrowIfNull(settings);
        int[][] values = [.. updates.Select(update => update.Values)];
        var chosen = KrumScores.Least(
            new PairwiseDistances(values), [.. Enumerable.Range(0, values.Length)], (int)settings[IAggregationRule.Attackers], 1);
        values[chosen[0]].CopyTo(combined);
    }

    internal static int Least(Settings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return (2 * (int)settings[IAggregationRule.Attackers]) + 3;
    }
}
