namespace Cohort.Federation.Accounting;

/// <summary>
/// One round's privacy loss, moved onto points a step h apart, so that no hockey-stick divergence falls, or so that none rises, alone or
/// composed. A composition's delta is E[(1 - e^eps u)+], u = e^-L, under P; u is the product of the rounds', and E is convex and falling in
/// each round's. So spreading a round's u at an equal mean cannot lower delta, and merging cannot raise it (Jensen).
/// </summary>
internal sealed class LossLattice
{
    private readonly double[] _logs;

    private LossLattice(double step, long first, double shift, double[] masses, double infinite)
    {
        (Step, First, Shift, Infinite) = (step, first, shift, infinite);
        _logs = Array.ConvertAll(masses, mass => mass > 0 ? Math.Log(mass) : double.NegativeInfinity);
    }

    /// <summary>h.</summary>
    public double Step { get; }

    /// <summary>The loss of the first point is <see cref="First"/> h + <see cref="Shift"/>.</summary>
    public long First { get; }

    /// <summary>s, what all points are moved by.</summary>
    public double Shift { get; }

    /// <summary>P's probability of an infinite loss; the points have the rest, or less.</summary>
    public double Infinite { get; }

    /// <summary>
    /// For an upper bound: a step's mass is split between its two ends so that P and Q keep theirs (Doroshenko et al. 2022, "Connect the
    /// Dots"). What lies below all cells is moved up to the first point, what lies above becomes an infinite loss.
    /// </summary>
    public static LossLattice Above(LossCells cells)
    {
        const int N = LossCells.PerStep;
        var step = N * cells.Width;
        var first = cells.First / N;
        var masses = new double[(cells.P.Length / N) + 1];
        masses[0] = cells.TailsOfP.Below;
        masses[-first is >= 0 and var zero && zero < masses.Length ? (int)zero : 0] += cells.AtZero;
        for (var k = 0; k + 1 < masses.Length; k++)
        {
            double p = 0, q = 0;
            for (var i = N * k; i < N * (k + 1); i++)
                (p, q) = (p + cells.P[i], q + cells.Q[i]);
            if (p > 0)
            {
                // With u_k = e^(-k h): p = p_k + p_(k+1), q = p_k u_k + p_(k+1) u_(k+1).
                var upper = p * Math.Clamp((1 - (q / p * Math.Exp((first + k) * step))) / -PreciseMath.Expm1(-step), 0, 1);
                masses[k] += p - upper;
                masses[k + 1] += upper;
            }
        }

        return new LossLattice(step, first, 0, masses, cells.TailsOfP.Above);
    }

    /// <summary>
    /// For a lower bound: cells, and fractions of cells, are merged into points so that their mean u is that of the point. Tails are left
    /// out, which lowers delta as well. See <see cref="Merging"/>.
    /// </summary>
    public static LossLattice Below(LossCells cells)
    {
        var merged = Merging.Of(cells);
        return new LossLattice(LossCells.PerStep * cells.Width, merged.First, merged.Shift, merged.Masses, 0);
    }

    /// <summary>log E[e^(theta L)] over the points.</summary>
    public double Cumulant(double theta)
    {
        var largest = double.NegativeInfinity;
        for (var i = 0; i < _logs.Length; i++)
            largest = Math.Max(largest, _logs[i] + (theta * Step * (First + i)));
        var sum = 0.0;
        for (var i = 0; i < _logs.Length; i++)
            sum += Math.Exp(_logs[i] + (theta * Step * (First + i)) - largest);
        return (theta * Shift) + largest + Math.Log(sum);
    }

    /// <summary>
    /// Adds the masses times e^(theta L), scaled to the sum 1, to places counted modulo their number, place 0 being the loss
    /// <see cref="Shift"/>.
    /// </summary>
    /// <returns>The logarithm of what the sum was: the <see cref="Cumulant"/>.</returns>
    public double AddTilted(double theta, double[] places)
    {
        var cumulant = Cumulant(theta);
        for (var i = 0; i < _logs.Length; i++)
            places[(First + i) & (places.Length - 1)] += Math.Exp(_logs[i] + (theta * ((Step * (First + i)) + Shift)) - cumulant);
        return cumulant;
    }
}
