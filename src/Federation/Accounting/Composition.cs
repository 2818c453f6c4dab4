namespace Cohort.Federation.Accounting;

/// <summary>
/// All rounds of a run, of one kind or many. Their order does not matter, to the last bit: equal rounds are counted together, and kinds
/// are kept in one order.
/// </summary>
public sealed class Composition
{
    /// <param name="rounds">Each kind of round, and how many times it happens: 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">A kind happens a negative number of times, or more than <see cref="MostSteps"/>.</exception>
    public Composition(IEnumerable<(GaussianRound Round, long Times)> rounds)
    {
        ArgumentNullException.ThrowIfNull(rounds);
        Rounds = [.. rounds
            .Select(each => (Round: Canonical(each.Round), Times: Checked(each.Times)))
            .GroupBy(each => each.Round)
            .Select(kind => (kind.Key, Times: Checked(kind.Sum(each => each.Times))))
            .Where(kind => kind.Times > 0)
            .OrderBy(kind => kind.Key.Participation.GetType().Name, StringComparer.Ordinal)
            .ThenBy(kind => kind.Key.Participation.Rate)
            .ThenBy(kind => kind.Key.NoiseMultiplier)];
    }

    /// <summary>The most rounds that a composition may have of a kind.</summary>
    public const long MostSteps = 100_000_000;

    /// <summary>Each kind once, those that happen.</summary>
    public IReadOnlyList<(GaussianRound Round, long Times)> Rounds { get; }

    public static Composition Of(GaussianRound round, long times) => new([(round, times)]);

    /// <summary>
    /// mu of the one Gaussian mechanism that all rounds of everybody amount to: mu^2 = sum of 1/z^2 (Dong, Roth and Su 2022, Corollary 3.3);
    /// 0 where there are none.
    /// </summary>
    internal double Mu => Math.Sqrt(Rounds.Where(kind => kind.Round.Participation is Everyone)
        .Sum(kind => kind.Times / (kind.Round.NoiseMultiplier * kind.Round.NoiseMultiplier)));

    /// <summary>The rounds that sample.</summary>
    internal IEnumerable<(GaussianRound Round, long Times)> Sampled => Rounds.Where(kind => kind.Round.Participation is not Everyone);

    private static GaussianRound Canonical(GaussianRound round)
    {
        ArgumentNullException.ThrowIfNull(round);
        return round.Participation is Poisson { Rate: 1 } ? round with { Participation = new Everyone() } : round;
    }

    private static long Checked(long times) => times is >= 0 and <= MostSteps
        ? times
        : throw new ArgumentOutOfRangeException("steps", times, $"Rounds happen 0 to {MostSteps:N0} times (steps T).");
}
