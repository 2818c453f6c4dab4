namespace Cohort.Federation;

/// <summary>
/// The mean by weight of updates that are shortened to a bound (Sun et al. 2019, "Can You Really Backdoor Federated Learning?", section
/// 3.2). What privacy.clip has the student do, the leader does here, whatever the student did; an attacker moves the mean, but no
/// further than its share of the bound.
/// </summary>
public sealed class NormBounding : IAggregationRule
{
    internal static Hyperparameter Bound { get; } = new("bound", 1, "Updates with a longer L2 norm are shortened to it by the leader.")
    {
        Least = 0,
        IsAboveLeast = true,
        Unit = "L2 norm of an update",
        Symbol = "M",
    };

    public string Name => "normBounding";

    public string Meaning => "the mean by weight of updates shortened to a bound (Sun et al. 2019)";

    public IReadOnlyList<Hyperparameter> Hyperparameters => [Bound];

    public int LeastUpdates(Settings settings) => 1;

    public void Combine(IReadOnlyList<SingleUpdate> updates, FixedPointGrid grid, Settings settings, Span<int> combined)
    {
        ArgumentNullException.ThrowIfNull(updates);
        ArgumentNullException.ThrowIfNull(grid);
        ArgumentNullException.ThrowIfNull(settings);
        var sum = new ExactSum(combined.Length);
        var shortened = new int[combined.Length];
        foreach (var update in updates)
        {
            var factor = Math.Min(1, settings[Bound] / grid.Step / Norm(update.Values));
            for (var i = 0; i < shortened.Length; i++)
                shortened[i] = (int)(update.Values[i] * factor); // towards zero: no longer than the bound
            sum.Add(shortened, update.Weight);
        }

        for (var i = 0; i < combined.Length; i++)
            combined[i] = GridMean.Of(sum.Values[i], sum.Weight);
    }

    private static double Norm(int[] update)
    {
        var (block, zero) = (new double[FixedOrderSum.Block], new double[FixedOrderSum.Block]);
        var sum = 0.0;
        for (var first = 0; first < update.Length; first += FixedOrderSum.Block)
        {
            FixedOrderSum.Widen(update, first, block);
            sum += FixedOrderSum.SquaredDistance(block, zero);
        }

        return Math.Sqrt(sum);
    }
}
