namespace Cohort.Federation;

/// <summary>The mean by weight (McMahan et al. 2017, Algorithm 1). One attacker moves it as far as it likes.</summary>
public sealed class Mean : IAggregationRule
{
    public string Name => "mean";

    public string Meaning => "the mean by weight, which no attacker is borne by (McMahan et al. 2017)";

    public bool NeedsSingleUpdates => false;

    public int LeastUpdates(Settings settings) => 1;

    public void Combine(IReadOnlyList<SingleUpdate> updates, FixedPointGrid grid, Settings settings, Span<int> combined)
    {
        ArgumentNullException.ThrowIfNull(updates);
        var sum = new ExactSum(combined.Length);
        foreach (var update in updates)
            sum.Add(update.Values, update.Weight);
        for (var i = 0; i < combined.Length; i++)
            combined[i] = GridMean.Of(sum.Values[i], sum.Weight);
    }
}
