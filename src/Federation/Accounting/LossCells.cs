namespace Cohort.Federation.Accounting;

/// <summary>
/// One round's privacy loss L = log(dP/dQ), cut at the multiples of a width: what P and Q give to each cell, exact up to
/// <see cref="Precision"/>. P is the population with the student and Q the one without, or the opposite.
/// </summary>
internal sealed class LossCells
{
    /// <summary>How many cells a step of a <see cref="LossLattice"/> has.</summary>
    public const int PerStep = 4;

    private const double RoundOff = 1.0 / (1L << 53);
    private const double Reach = 600;

    private LossCells(double width, long first, double[] underP, double[] underQ)
    {
        (Width, First, P, Q) = (width, first, underP, underQ);
    }

    /// <summary>Of a cell, on the axis of losses.</summary>
    public double Width { get; }

    /// <summary>The first cell begins at the loss <see cref="First"/> times <see cref="Width"/>; a multiple of <see cref="PerStep"/>.</summary>
    public long First { get; }

    /// <summary>P's probability of each cell, by growing loss.</summary>
    public double[] P { get; }

    /// <summary>Q's probability of each cell.</summary>
    public double[] Q { get; }

    /// <summary>The probability of a loss of exactly 0, in no cell; the same under P and Q.</summary>
    public double AtZero { get; private init; }

    /// <summary>P's probability below and above all cells.</summary>
    public (double Below, double Above) TailsOfP { get; private init; }

    /// <summary>Q's probability below and above all cells.</summary>
    public (double Below, double Above) TailsOfQ { get; private init; }

    /// <summary>The relative error of the probabilities, and of the cells' borders.</summary>
    public double Precision { get; private init; }

    /// <param name="round">The round.</param>
    /// <param name="isAdding">Whether P is without the student. All the same but for Poisson sampling.</param>
    /// <param name="width">Of a cell, above 0.</param>
    /// <param name="tail">How much probability under P may be left out at either end.</param>
    public static LossCells Of(GaussianRound round, bool isAdding, double width, double tail)
    {
        var pair = GaussianPair.Of(round);
        return round.Participation switch
        {
            Poisson when isAdding => Cut(pair, width, tail, isAdding).Mirrored(),
            FixedSize => Cut(pair, width, tail, false).Symmetrised(pair),
            _ => Cut(pair, width, tail, false),
        };
    }

    private static LossCells Cut(GaussianPair pair, double width, double tail, bool isAdding)
    {
        var (low, high) = pair.Range(tail, isAdding);
        low = Math.Max(low, pair.Point(-Reach));
        high = Math.Min(high, pair.Point(Reach));
        var step = PerStep * width;
        var first = PerStep * (long)Math.Floor(pair.Loss(low) / step);
        var last = Math.Max(first + PerStep, PerStep * (long)Math.Ceiling(pair.Loss(high) / step));
        var (p, q) = (new double[last - first], new double[last - first]);
        var a = low;
        for (var i = 0; i < p.Length; i++)
        {
            var b = i + 1 == p.Length ? high : Math.Clamp(pair.Point((first + i + 1) * width), a, high);
            if (b > a)
                (p[i], q[i]) = pair.Masses(a, b);
            a = b;
        }

        var (below, above) = (pair.Masses(double.NegativeInfinity, low), pair.Masses(high, double.PositiveInfinity));
        var farthest = Math.Max(-low, high) / pair.Z;
        return new LossCells(width, first, p, q)
        {
            TailsOfP = (below.P, above.P),
            TailsOfQ = (below.Q, above.Q),
            Precision = 4 * RoundOff * (16 + (farthest * farthest)),
        };
    }

    /// <summary>P and Q exchanged.</summary>
    private LossCells Mirrored() => new(Width, -First - P.Length, [.. Q.Reverse()], [.. P.Reverse()])
    {
        TailsOfP = (TailsOfQ.Above, TailsOfQ.Below),
        TailsOfQ = (TailsOfP.Above, TailsOfP.Below),
        Precision = Precision,
    };

    /// <summary>
    /// The losses above 0, their mirror image below, and what is left at 0: the pair of cohorts of a fixed size (see <see cref="FixedSize"/>).
    /// </summary>
    private LossCells Symmetrised(GaussianPair pair)
    {
        var n = P.Length;
        var (p, q) = (new double[2 * n], new double[2 * n]);
        for (var i = 0; i < n; i++)
        {
            (p[n + i], q[n + i]) = (P[i], Q[i]);
            (p[n - 1 - i], q[n - 1 - i]) = (Q[i], P[i]);
        }

        return new LossCells(Width, -n, p, q)
        {
            AtZero = pair.Agreement,
            TailsOfP = (TailsOfQ.Above, TailsOfP.Above),
            TailsOfQ = (TailsOfP.Above, TailsOfQ.Above),
            Precision = Precision,
        };
    }
}
