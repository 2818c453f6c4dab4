namespace Cohort.Federation;

/// <summary>
/// The mean of each coordinate without its f least and f greatest values (Yin et al. 2018, Definition 2, with beta = f / n). Every
/// student counts once.
/// </summary>
public sealed class TrimmedMean : IAggregationRule
{
    public string Name => "trimmedMean";

    public string Meaning => "each coordinate's mean without the f least and f greatest, of more than 2f updates (Yin et al. 2018)";

    public IReadOnlyList<Hyperparameter> Hyperparameters => [IAggregationRule.Attackers];

    public int LeastUpdates(Settings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return (2 * (int)settings[IAggregationRule.Attackers]) + 1;
    }

    public void Combine(IReadOnlyList<SingleUpdate> updates, FixedPointGrid grid, Settings settings, Span<int> combined)
    {
        ArgumentNullException.ThrowIfNull(updates);
        ArgumentNullException.ThrowIfNull(settings);
        var trimmed = (int)settings[IAggregationRule.Attackers];
        var kept = updates.Count - (2 * trimmed);
        var sums = new long[SortedColumns.Width];
        SortedColumns.Combine([.. updates.Select(update => update.Values)], combined, (sorted, block) =>
        {
            Array.Clear(sums);
            for (var row = trimmed; row < trimmed + kept; row++)
            {
                for (var i = 0; i < block.Length; i++)
                    sums[i] += sorted[(row * SortedColumns.Width) + i];
            }

            for (var i = 0; i < block.Length; i++)
                block[i] = GridMean.Of(sums[i], kept);
        });
    }
}
