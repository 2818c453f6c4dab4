namespace Cohort.Federation;

/// <summary>
/// The median of each coordinate (Yin et al. 2018, "Byzantine-Robust Distributed Learning: Towards Optimal Statistical Rates",
/// Definition 1); of an even number the mean of the two in the middle. Every student counts once.
/// </summary>
public sealed class CoordinateMedian : IAggregationRule
{
    public string Name => "coordinateMedian";

    public string Meaning => "the median of each coordinate, of more than 2f updates (Yin et al. 2018)";

    public IReadOnlyList<Hyperparameter> Hyperparameters => [IAggregationRule.Attackers];

    public int LeastUpdates(Settings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return (2 * (int)settings[IAggregationRule.Attackers]) + 1;
    }

    public void Combine(IReadOnlyList<SingleUpdate> updates, FixedPointGrid grid, Settings settings, Span<int> combined)
    {
        ArgumentNullException.ThrowIfNull(updates);
        Of([.. updates.Select(update => update.Values)], combined);
    }

    internal static void Of(IReadOnlyList<int[]> updates, Span<int> median)
    {
        var (low, high) = ((updates.Count - 1) / 2 * SortedColumns.Width, updates.Count / 2 * SortedColumns.Width);
        SortedColumns.Combine(updates, median, (sorted, block) =>
        {
            for (var i = 0; i < block.Length; i++)
                block[i] = GridMean.Of((long)sorted[low + i] + sorted[high + i], 2);
        });
    }
}
