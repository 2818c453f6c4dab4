namespace Cohort.Federation;

/// <summary>
/// How a group's leader makes one update of its students' updates. The mean adds them up wherever they are; the other rules look at
/// each by itself, and bear that some students send what they like (Byzantine ones; Blanchard et al. 2017).
/// </summary>
public interface IAggregationRule : IChoice
{
    /// <summary>f of the papers: what a rule is to bear. Rules that are told it share it.</summary>
    static Hyperparameter Attackers { get; } = new("attackers", 1, "How many attackers among a group's updates the rule is to bear.")
    {
        Least = 0,
        Most = 1_000_000,
        IsWhole = true,
        Unit = "students",
        Symbol = "f",
    };

    /// <summary>False if sums say all that the rule needs, so that each node's combiner may add up.</summary>
    bool NeedsSingleUpdates => true;

    /// <summary>The least number of updates that it can combine, n of the papers, for the number of attackers that it is to bear.</summary>
    int LeastUpdates(Settings settings);

    /// <summary>
    /// Makes one update of several, of exact integer arithmetic or IEEE's exactly rounded operations in one order alone: the same bits
    /// on every machine.
    /// </summary>
    /// <param name="updates">At least <see cref="LeastUpdates"/>, ascending by student; each has shape [d], in steps of the grid.</param>
    /// <param name="grid">The grid on which they lie.</param>
    /// <param name="settings">The numbers given.</param>
    /// <param name="combined">Shape [d], in steps of the grid.</param>
    void Combine(IReadOnlyList<SingleUpdate> updates, FixedPointGrid grid, Settings settings, Span<int> combined);
}
