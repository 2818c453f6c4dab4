namespace Cohort.Federation.Accounting;

/// <summary>
/// One round's privacy loss L = log(dP/dQ) under P, moved onto the multiples of a step h so that no hockey-stick divergence falls, alone
/// or composed (Doroshenko et al. 2022, "Connect the Dots"): within a cell the masses under P and under Q are kept, by splitting them
/// between its two ends. As delta is E[(1 - e^eps u)+] with u = e^-L, convex in each round's u, spreading u at an equal mean cannot
/// lower it.
/// </summary>
internal sealed class LossLattice
{
    private LossLattice(double step, long first, double[] masses, double infinite) =>
        (Step, First, Masses, Infinite) = (step, first, masses, infinite);

    /// <summary>h.</summary>
    public double Step { get; }

    /// <summary>The index of the first mass: the loss there is <see cref="First"/> times h.</summary>
    public long First { get; }

    /// <summary>Probabilities under P.</summary>
    public double[] Masses { get; }

    /// <summary>What the far tail may hold, counted as an infinite loss.</summary>
    public double Infinite { get; }

    /// <summary>Whether its loss is distributed as that of the opposite direction: there is only one to look at.</summary>
    public static bool IsSymmetric(GaussianRound round) => round.Participation is not Poisson;

    /// <param name="round">The round.</param>
    /// <param name="isAdding">
    /// Of a Poisson-sampled round: whether P is without the student, N(0) against the mixture, and not the other way round.
    /// </param>
    /// <param name="step">h, above 0.</param>
    /// <param name="tail">How much probability may be left out at either end.</param>
    public static LossLattice Of(GaussianRound round, bool isAdding, double step, double tail)
    {
        var z = round.NoiseMultiplier;
        return round.Participation switch
        {
            Poisson poisson => OfHalf(new Mixture(z, poisson.Rate, 1, isAdding), step, tail, double.NegativeInfinity),
            FixedSize fixedSize => Symmetrised(OfHalf(new Mixture(z, fixedSize.Rate, 2, false), step, tail, from: 1)),
            _ => OfHalf(new Mixture(z, 1, 1, false), step, tail, double.NegativeInfinity),
        };
    }

    /// <summary>Bounds log E[e^(theta L)] from above, from cells of many points.</summary>
    public double Cumulant(double theta)
    {
        const int Cell = 32;
        double largest = double.NegativeInfinity, sum = 0;
        for (var start = 0; start < Masses.Length; start += Cell)
        {
            var end = Math.Min(Masses.Length, start + Cell);
            double mass = 0;
            for (var i = start; i < end; i++)
                mass += Masses[i];
            if (mass <= 0)
                continue;
            var exponent = (theta * Step * (First + (theta > 0 ? end - 1 : start))) + Math.Log(mass);
            if (exponent > largest)
                (sum, largest) = ((sum * Math.Exp(largest - exponent)) + 1, exponent);
            else
                sum += Math.Exp(exponent - largest);
        }

        return largest + Math.Log(sum);
    }

    private static LossLattice OfHalf(Mixture curve, double step, double tail, double from)
    {
        var (low, high) = (Math.Max(from, curve.Lowest(tail)), curve.Highest(tail));
        var first = (long)Math.Floor(curve.Loss(low) / step);
        var last = Math.Max(first + 1, (long)Math.Ceiling(curve.Loss(high) / step));
        var masses = new double[last - first + 1];

        // Whatever lies below is moved up to the first point, and whatever lies above is lost to an infinite loss.
        if (from < low)
            masses[0] = curve.UnderP(double.NegativeInfinity, low);
        var a = low;
        for (var k = first; k < last; k++)
        {
            var b = k + 1 == last ? high : Math.Clamp(curve.Point((k + 1) * step), a, high);
            var p = curve.UnderP(a, b);
            if (p > 0)
            {
                // With u_k = e^(-k h): p = p_k + p_(k+1), q = p_k u_k + p_(k+1) u_(k+1).
                var upper = Math.Clamp((1 - (curve.UnderQ(a, b) / p * Math.Exp(k * step))) / -PreciseMath.Expm1(-step), 0, 1) * p;
                masses[k - first] += p - upper;
                masses[k + 1 - first] += upper;
            }

            a = b;
        }

        return new LossLattice(step, first, masses, curve.UnderP(high, double.PositiveInfinity));
    }

    /// <summary>
    /// The losses above 0 as they are, their mirror image below (mass e^-l at -l), and the rest at 0: the pair of Zhu, Dong and Wang 2022,
    /// Theorem 11, for cohorts of a fixed size (see <see cref="FixedSize"/>).
    /// </summary>
    private static LossLattice Symmetrised(LossLattice above)
    {
        var reach = (int)(above.First + above.Masses.Length - 1);
        var masses = new double[(2 * reach) + 1];
        var left = 1 - above.Infinite;
        for (var i = 0; i < above.Masses.Length; i++)
        {
            var index = (int)above.First + i;
            if (index <= 0)
                continue; // what the splitting put at 0 belongs to the rest
            masses[reach + index] = above.Masses[i];
            masses[reach - index] = above.Masses[i] * Math.Exp(-index * above.Step);
            left -= masses[reach + index] + masses[reach - index];
        }

        masses[reach] = Math.Max(0, left);
        return new LossLattice(above.Step, -reach, masses, above.Infinite);
    }

    /// <summary>
    /// (1 - q) N(0, z^2) + q N(mu, z^2) against N(0, z^2), or the opposite; a point of the line is the noised sum, of which the loss is a
    /// growing function.
    /// </summary>
    private sealed record Mixture(double Z, double Rate, double Mu, bool IsOpposite)
    {
        public double Loss(double x) => IsOpposite ? -LossOfMixture(-x) : LossOfMixture(x);

        public double Point(double loss) => IsOpposite ? -PointOfMixture(-loss) : PointOfMixture(loss);

        public double UnderP(double a, double b) => IsOpposite ? Plain(-b, -a) : Mixed(a, b);

        public double UnderQ(double a, double b) => IsOpposite ? Mixed(-b, -a) : Plain(a, b);

        public double Lowest(double tail) => IsOpposite ? -Beyond(tail) : -Z * Normal.Beyond(tail);

        public double Highest(double tail) => IsOpposite ? Z * Normal.Beyond(tail) : Beyond(tail);

        private double Beyond(double tail) => Mu + (Z * Normal.Beyond(tail));

        private double Plain(double a, double b) => Normal.Mass(a / Z, b / Z);

        private double Mixed(double a, double b) =>
            ((1 - Rate) * Plain(a, b)) + (Rate * Normal.Mass((a - Mu) / Z, (b - Mu) / Z));

        private double LossOfMixture(double x)
        {
            var exponent = Mu * ((2 * x) - Mu) / (2 * Z * Z);
            return exponent > 30
                ? exponent + Math.Log(Rate + ((1 - Rate) * Math.Exp(-exponent)))
                : PreciseMath.Log1p(Rate * PreciseMath.Expm1(exponent));
        }

        private double PointOfMixture(double loss)
        {
            // e^loss = 1 - q + q e^t
            var t = loss > 30
                ? loss + Math.Log((1 - ((1 - Rate) * Math.Exp(-loss))) / Rate)
                : PreciseMath.Expm1(loss) / Rate is var grown && grown > -1 ? PreciseMath.Log1p(grown) : double.NegativeInfinity;
            return (t * Z * Z / Mu) + (Mu / 2);
        }
    }
}
