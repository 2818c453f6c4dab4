namespace Cohort.Federation;

/// <summary>
/// Bulyan over Krum (El Mhamdi, Guerraoui, Rouault 2018, "The Hidden Vulnerability of Distributed Learning in Byzantium", section 4):
/// Krum chooses theta = n - 2f updates one after the other, and each coordinate is the mean of the theta - 2f of them that are closest
/// to their median. Every student counts once.
/// </summary>
public sealed class Bulyan : IAggregationRule
{
    public string Name => "bulyan";

    public string Meaning => "krum's n - 2f choices, of each coordinate those about the median, of 4f + 3 or more (El Mhamdi et al. 2018)";

    public IReadOnlyList<Hyperparameter> Hyperparameters => [IAggregationRule.Attackers];

    public int LeastUpdates(Settings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return (4 * (int)settings[IAggregationRule.Attackers]) + 3;
    }

    public void Combine(IReadOnlyList<SingleUpdate> updates, FixedPointGrid grid, Settings settings, Span<int> combined)
    {
        ArgumentNullException.ThrowIfNull(updates);
        ArgumentNullException.ThrowIfNull(settings);
        int[][] values = [.. updates.Select(update => update.Values)];
        var attackers = (int)settings[IAggregationRule.Attackers];
        var chosen = Choose(values, attackers);
        var (count, kept) = (chosen.Count, chosen.Count - (2 * attackers));
        SortedColumns.Combine(chosen, combined, (sorted, block) =>
        {
            for (var i = 0; i < block.Length; i++)
                block[i] = AboutMedian(sorted[i..], count, kept);
        });
    }

    private static List<int[]> Choose(int[][] values, int attackers)
    {
        var distances = new PairwiseDistances(values);
        var left = Enumerable.Range(0, values.Length).ToList();
        var chosen = new List<int[]>();
        while (chosen.Count < values.Length - (2 * attackers))
        {
            var next = KrumScores.Least(distances, left, attackers, 1)[0];
            left.Remove(next);
            chosen.Add(values[next]);
        }

        return chosen;
    }

    /// <summary>The mean of those closest to the median; of two that are as far the greater one is left out.</summary>
    /// <param name="sorted">One column of sorted ones, <see cref="SortedColumns.Width"/> apart.</param>
    /// <param name="count">How many they are.</param>
    /// <param name="kept">How many count.</param>
    private static int AboutMedian(ReadOnlySpan<int> sorted, int count, int kept)
    {
        const int Width = SortedColumns.Width;
        var twiceMedian = (long)sorted[(count - 1) / 2 * Width] + sorted[count / 2 * Width];
        var (first, last) = (0, count - 1);
        while (last - first + 1 > kept)
        {
            var below = twiceMedian - (2L * sorted[first * Width]);
            var above = (2L * sorted[last * Width]) - twiceMedian;
            if (below > above)
                first++;
            else
                last--;
        }

        var sum = 0L;
        for (var row = first; row <= last; row++)
            sum += sorted[row * Width];
        return GridMean.Of(sum, kept);
    }
}
