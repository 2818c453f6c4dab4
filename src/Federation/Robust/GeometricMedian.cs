namespace Cohort.Federation;

/// <summary>
/// The point with the least sum of distances to all updates, by the smoothed Weiszfeld algorithm (Pillutla, Kakade, Harchaoui 2022,
/// "Robust Aggregation for Federated Learning", Algorithm 2), which begins at the coordinates' medians. Every student counts once:
/// weights by samples would let few students with many be the majority.
/// </summary>
public sealed class GeometricMedian : IAggregationRule
{
    internal static Hyperparameter Iterations { get; } = new("iterations", 8, "How many steps the search for the geometric median takes.")
    {
        Least = 1,
        Most = 10_000,
        IsWhole = true,
        Unit = "steps",
        Symbol = "R",
    };

    internal static Hyperparameter Smoothing { get; } = new(
        "smoothing", 1e-6, "An update that is closer to the geometric median than this counts as if it were so far away.")
    {
        Least = 0,
        IsAboveLeast = true,
        Unit = "L2 norm of an update",
        Symbol = "nu",
    };

    public string Name => "geometricMedian";

    public string Meaning => "the point with the least distance to all (RFA), of more than 2f updates (Pillutla et al. 2022)";

    public IReadOnlyList<Hyperparameter> Hyperparameters => [IAggregationRule.Attackers, Iterations, Smoothing];

    public int LeastUpdates(Settings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return (2 * (int)settings[IAggregationRule.Attackers]) + 1;
    }

    public void Combine(IReadOnlyList<SingleUpdate> updates, FixedPointGrid grid, Settings settings, Span<int> combined)
    {
        ArgumentNullException.ThrowIfNull(updates);
        ArgumentNullException.ThrowIfNull(grid);
        ArgumentNullException.ThrowIfNull(settings);
        int[][] values = [.. updates.Select(update => update.Values)];
        CoordinateMedian.Of(values, combined);
        var blocks = (combined.Length + FixedOrderSum.Block - 1) / FixedOrderSum.Block;
        var point = new double[blocks * FixedOrderSum.Block];
        for (var i = 0; i < combined.Length; i++)
            point[i] = combined[i];
        for (var step = 0; step < settings[Iterations]; step++)
            MoveOn(point, values, settings[Smoothing] / grid.Step);
        for (var i = 0; i < combined.Length; i++)
            combined[i] = GridMean.Nearest(point[i]);
    }

    /// <summary>v = sum_i beta_i x_i / sum_i beta_i with beta_i = 1 / max(nu, |v - x_i|).</summary>
    private static void MoveOn(double[] point, int[][] values, double smoothing)
    {
        var squares = new double[values.Length];
        var block = new double[FixedOrderSum.Block];
        for (var first = 0; first < point.Length; first += FixedOrderSum.Block)
        {
            for (var i = 0; i < values.Length; i++)
            {
                FixedOrderSum.Widen(values[i], first, block);
                squares[i] += FixedOrderSum.SquaredDistance(point.AsSpan(first, FixedOrderSum.Block), block);
            }
        }

        var weights = Array.ConvertAll(squares, square => 1 / Math.Max(smoothing, Math.Sqrt(square)));
        var total = weights.Sum();
        for (var first = 0; first < point.Length; first += FixedOrderSum.Block)
        {
            var moved = point.AsSpan(first, FixedOrderSum.Block);
            moved.Clear();
            for (var i = 0; i < values.Length; i++)
            {
                FixedOrderSum.Widen(values[i], first, block);
                FixedOrderSum.Add(moved, weights[i] / total, block);
            }
        }
    }
}
