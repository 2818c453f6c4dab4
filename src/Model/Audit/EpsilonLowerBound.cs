using Cohort.Model.Evaluation;
using Cohort.Model.Randomness;

namespace Cohort.Model.Audit;

/// <summary>
/// What an attack proves about privacy. Under (epsilon, delta) no test can have TPR > e^epsilon FPR + delta, nor TNR > e^epsilon
/// FNR + delta (Kairouz et al. 2015), so rates that were reached say how large epsilon is at least.
/// </summary>
/// <param name="Epsilon">With the given confidence, epsilon is at least this; 0 if the attack proves nothing.</param>
/// <param name="TruePositives">TPR measured on the half of the scores that did not choose the threshold.</param>
/// <param name="FalsePositives">FPR measured on the same half.</param>
public sealed record EpsilonLowerBound(double Epsilon, double TruePositives, double FalsePositives)
{
    // How much further a threshold lies from the edge than the one before it.
    private const double Spread = 1.5;

    /// <summary>
    /// One half of the scores chooses the threshold and the side, the other measures there, so that the choice costs no
    /// confidence. Each of the two rates has a Clopper-Pearson bound at half the error.
    /// </summary>
    /// <param name="members">A score for each member, greater for what looks more like one.</param>
    /// <param name="others">A score for each non-member.</param>
    /// <param name="delta">The delta of the guarantee.</param>
    /// <param name="confidence">0.95 to be wrong once in twenty.</param>
    /// <param name="seed">Keys which scores are in which half.</param>
    public static EpsilonLowerBound Of(
        IReadOnlyList<double> members, IReadOnlyList<double> others, double delta, double confidence, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(members);
        ArgumentNullException.ThrowIfNull(others);
        if (members.Count < 2 || others.Count < 2)
        {
            throw new ArgumentException(
                $"A bound needs two members and two others at least; there are {members.Count} and {others.Count}.");
        }

        var random = KeyedRandom.For(seed, Purpose.Audit, members.Count, others.Count);
        var (choosingMembers, measuredMembers) = Halves(members, random);
        var (choosingOthers, measuredOthers) = Halves(others, random);
        var (threshold, ofMembers, best) = (double.PositiveInfinity, true, double.NegativeInfinity);
        foreach (var candidate in Candidates(choosingMembers, choosingOthers))
        {
            foreach (var side in (ReadOnlySpan<bool>)[true, false])
            {
                var bound = Bound(choosingMembers, choosingOthers, candidate, side, delta, confidence);
                if (bound > best)
                {
                    (threshold, ofMembers, best) = (candidate, side, bound);
                }
            }
        }

        return new(
            Math.Max(0, Bound(measuredMembers, measuredOthers, threshold, ofMembers, delta, confidence)),
            ShareAbove(measuredMembers, threshold),
            ShareAbove(measuredOthers, threshold));
    }

    /// <summary>ln((TPR - delta) / FPR), or the same of the negatives, with both rates at the end that says less.</summary>
    private static double Bound(
        double[] members, double[] others, double threshold, bool ofMembers, double delta, double confidence)
    {
        var alpha = (1 - confidence) / 2;
        var (found, mistaken) = (Above(members, threshold), Above(others, threshold));
        var (hit, hits, miss, misses) = ofMembers
            ? (found, members.Length, mistaken, others.Length)
            : (others.Length - mistaken, others.Length, members.Length - found, members.Length);
        var sure = BinomialBounds.Lower(hit, hits, alpha) - delta;
        return sure <= 0 ? double.NegativeInfinity : Math.Log(sure / BinomialBounds.Upper(miss, misses, alpha));
    }

    /// <summary>Thresholds that let few others through, and those that lose few members: epsilon shows at the edges.</summary>
    private static IEnumerable<double> Candidates(double[] members, double[] others)
    {
        var fromAbove = others.OrderDescending().ToArray();
        var fromBelow = members.Order().ToArray();
        for (var i = 0.0; i < fromAbove.Length; i = Math.Max(i + 1, i * Spread))
        {
            yield return fromAbove[(int)i];
        }

        for (var i = 0.0; i < fromBelow.Length; i = Math.Max(i + 1, i * Spread))
        {
            yield return Math.BitDecrement(fromBelow[(int)i]);
        }
    }

    private static (double[] First, double[] Second) Halves(IReadOnlyList<double> scores, KeyedRandom random)
    {
        var mixed = scores.ToArray();
        random.Permute(mixed.AsSpan());
        return (mixed[..(mixed.Length / 2)], mixed[(mixed.Length / 2)..]);
    }

    private static int Above(double[] scores, double threshold) => scores.Count(score => score > threshold);

    private static double ShareAbove(double[] scores, double threshold) => (double)Above(scores, threshold) / scores.Length;
}
