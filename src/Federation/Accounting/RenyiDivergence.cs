namespace Cohort.Federation.Accounting;

/// <summary>The Renyi divergence of one round at an order above 1, integer or not.</summary>
public static class RenyiDivergence
{
    private const double Reach = 13;

    /// <summary>
    /// Everyone: a / (2 z^2). Sampled: log(1 + I) / (a-1), where I = E[r^a - 1 - a (r-1)] over N(0, z^2) with the likelihood ratio
    /// r = 1 - q + q exp((2x-1) / (2 z^2)), since E[r] = 1 (Mironov, Talwar and Zhang 2019, Theorem 5: this direction is the larger). What is
    /// integrated is nowhere negative, so nothing cancels, and the trapezoidal rule converges as exp(-c/step). Fixed-size rounds: the
    /// same of the symmetric loss that <see cref="FixedSize"/> derives, I = E[(r^a - r) + (r^(1-a) - 1)] over x > 1/2 with z/2 for z.
    /// </summary>
    /// <param name="round">The round.</param>
    /// <param name="order">a, finite and above 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The order is not.</exception>
    public static double Of(GaussianRound round, double order)
    {
        ArgumentNullException.ThrowIfNull(round);
        if (!(double.IsFinite(order) && order > 1))
            throw new ArgumentOutOfRangeException(nameof(order), order, "A Renyi order is a finite number above 1.");
        var z = round.NoiseMultiplier;
        return round.Participation switch
        {
            Everyone or Poisson { Rate: 1 } => order / (2 * z * z),
            Poisson { Rate: var q } => Log1pOfExp(LogPoisson(q, z, order)) / (order - 1),
            FixedSize { Rate: var q } => Log1pOfExp(LogFixedSize(q, z / 2, order)) / (order - 1),
            var other => throw new ArgumentException($"Participation {other} has no Renyi divergence.", nameof(round)),
        };
    }

    private static double LogPoisson(double q, double z, double order)
    {
        // Singularities of r^a lie pi z^2 off the real axis; a step of z^2/3 leaves an error below exp(-59).
        var step = Math.Min(z / 8, z * z / 3);
        var from = -Reach * z;
        var count = (long)Math.Ceiling((order + (2 * Reach * z)) / step);
        var sum = new LogSum();
        for (long i = 0; i <= count; i++)
        {
            var x = from + (i * step);
            sum.Add(LogExcess(q, ((2 * x) - 1) / (2 * z * z), order) - (0.5 * x * x / (z * z)));
        }

        return sum.Log + Math.Log(step / z * Normal.InverseSquareRootOf2Pi);
    }

    /// <summary>log(r^a - 1 - a (r-1)) at r = 1 + y, y = q (e^t - 1).</summary>
    private static double LogExcess(double q, double t, double order)
    {
        var y = t < 700 ? q * PreciseMath.Expm1(t) : double.PositiveInfinity;
        if (Math.Abs(y) * order < 0.1)
        {
            // The binomial series from its second term: there the first two cancel.
            double term = order * (order - 1) / 2 * y * y, total = 0;
            for (var k = 2; Math.Abs(term) > 1e-18 * total; k++)
            {
                total += term;
                term *= (order - k) / (k + 1) * y;
            }

            return Math.Log(total);
        }

        var logRatio = LogRatio(q, t, y);
        if (order * logRatio > 40)
            return (order * logRatio) + PreciseMath.Log1p(-Math.Exp(LogLinear(order, y, t, q) - (order * logRatio)));
        return Math.Log(PreciseMath.Expm1(order * logRatio) - (order * y));
    }

    private static double LogRatio(double q, double t, double y) => t < 700 ? PreciseMath.Log1p(y) : t + Math.Log(q);

    private static double LogLinear(double order, double y, double t, double q)
        => t < 700 ? PreciseMath.Log1p(order * y) : Math.Log(order) + t + Math.Log(q);

    private static double LogFixedSize(double q, double z, double order)
    {
        // Smooth on a half-line, so panels of Gauss-Legendre; the first begins at the kink. Where q e^t > e^40 all is as smooth as a normal
        // density.
        var (narrow, wide) = (Math.Min(z / 2, z * z / 2), z / 2);
        var smooth = 0.5 + ((40 - Math.Log(q)) * z * z);
        var to = Math.Max(order, 1) + (Reach * z);
        var sum = new LogSum();
        for (var (from, width) = (0.5, narrow); from < to; from += width)
        {
            width = from > smooth ? wide : narrow;
            GaussLegendre.Visit(from, from + width, (x, weight) =>
            {
                var t = ((2 * x) - 1) / (2 * z * z);
                var y = t < 700 ? q * PreciseMath.Expm1(t) : double.PositiveInfinity;
                var logRatio = LogRatio(q, t, y);

                // r^a - r + r^(1-a) - 1 = (r^(a-1) - 1) (r - r^(1-a)) = r expm1((a-1) l) (-expm1(-a l))
                var growth = (order - 1) * logRatio;
                var first = growth > 40 ? growth : Math.Log(PreciseMath.Expm1(growth));
                sum.Add(logRatio + first + Math.Log(-PreciseMath.Expm1(-order * logRatio))
                    - (0.5 * x * x / (z * z)) + Math.Log(weight));
            });
        }

        return sum.Log + Math.Log(Normal.InverseSquareRootOf2Pi / z);
    }

    private static double Log1pOfExp(double log) => log > 40 ? log : PreciseMath.Log1p(Math.Exp(log));

    /// <summary>A sum of numbers known by their logarithms, scaled by the largest so far.</summary>
    private sealed class LogSum
    {
        private double _largest = double.NegativeInfinity;
        private double _sum;

        public double Log => _largest + Math.Log(_sum);

        public void Add(double log)
        {
            if (double.IsNegativeInfinity(log))
                return;
            if (log > _largest)
            {
                _sum = (_sum * Math.Exp(_largest - log)) + 1;
                _largest = log;
            }
            else
            {
                _sum += Math.Exp(log - _largest);
            }
        }
    }
}
