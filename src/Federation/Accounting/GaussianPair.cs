namespace Cohort.Federation.Accounting;

/// <summary>
/// What a student can be told by in a round: P = (1 - q) N(0, z^2) + q N(mu, z^2) against Q = N(0, z^2). Their loss grows with the noised
/// sum x. Of rounds with cohorts of a fixed size only x above 1, where the loss is above 0, counts (see <see cref="FixedSize"/>).
/// </summary>
internal sealed record GaussianPair(double Z, double Rate, double Mu)
{
    /// <summary>The pair of a round.</summary>
    public static GaussianPair Of(GaussianRound round) => round.Participation switch
    {
        FixedSize { Rate: var q } => new GaussianPair(round.NoiseMultiplier, q, 2) { IsHalf = true },
        var other => new GaussianPair(round.NoiseMultiplier, other.Rate, 1),
    };

    /// <summary>Whether only losses above 0 count.</summary>
    public bool IsHalf { get; private init; }

    /// <summary>What the losses above 0 and their mirror image leave: (1 - q) P(|N(0, 1)| &lt; mu / (2 z)).</summary>
    public double Agreement => (1 - Rate) * Normal.Mass(-Mu / (2 * Z), Mu / (2 * Z));

    /// <summary>Between which sums all but so much of P lies at either end; all but so much of Q, if its losses are looked at.</summary>
    public (double Low, double High) Range(double tail, bool isAdding)
    {
        var beyond = Z * Normal.Beyond(tail);
        return (IsHalf ? Mu / 2 : -beyond, isAdding ? beyond : Mu + beyond);
    }

    /// <summary>log dP/dQ at x.</summary>
    public double Loss(double x)
    {
        var exponent = Mu * ((2 * x) - Mu) / (2 * Z * Z);
        return exponent > 30
            ? exponent + Math.Log(Rate + ((1 - Rate) * Math.Exp(-exponent)))
            : PreciseMath.Log1p(Rate * PreciseMath.Expm1(exponent));
    }

    /// <summary>The x of a loss; minus infinity for a loss that is below all.</summary>
    public double Point(double loss)
    {
        // e^loss = 1 - q + q e^t
        var t = loss > 30
            ? loss + Math.Log((1 - ((1 - Rate) * Math.Exp(-loss))) / Rate)
            : PreciseMath.Expm1(loss) / Rate is var grown && grown > -1 ? PreciseMath.Log1p(grown) : double.NegativeInfinity;
        return (t * Z * Z / Mu) + (Mu / 2);
    }

    /// <summary>P and Q of an interval.</summary>
    public (double P, double Q) Masses(double a, double b)
    {
        var q = Normal.Mass(a / Z, b / Z);
        return (((1 - Rate) * q) + (Rate * Normal.Mass((a - Mu) / Z, (b - Mu) / Z)), q);
    }
}
