namespace Cohort.Federation;

/// <summary>
/// Krum's scores (Blanchard et al. 2017, "Machine Learning with Adversaries: Byzantine Tolerant Gradient Descent", section 4): the sum
/// of an update's squared distances to its n - f - 2 closest neighbours. Small ones are amid many others.
/// </summary>
internal static class KrumScores
{
    /// <summary>Those of the updates with the least scores, the least first; of equal ones the first.</summary>
    /// <param name="distances">Between all updates.</param>
    /// <param name="among">Which updates take part.</param>
    /// <param name="attackers">f.</param>
    /// <param name="count">How many are wanted.</param>
    public static int[] Least(PairwiseDistances distances, IReadOnlyList<int> among, int attackers, int count) =>
        [.. among.OrderBy(i => Of(distances, among, i, attackers)).Take(count)]; // a stable order

    private static double Of(PairwiseDistances distances, IReadOnlyList<int> among, int i, int attackers)
    {
        var neighbours = among.Where(j => j != i).Select(j => distances[i, j]).Order();

        // Bulyan asks also among fewer than 2f + 3, where the nearest one has to do.
        return neighbours.Take(Math.Max(1, among.Count - attackers - 2)).Sum();
    }
}
