using System.Numerics;

namespace Cohort.Federation.Accounting;

/// <summary>
/// Accounting by the privacy loss distribution, composed by FFT (Koskela et al. 2020; Gopi, Lee and Wutschitz 2021; Doroshenko et al.
/// 2022), with a certified bound on either side: each round's loss is moved onto a lattice of step h so that no divergence falls, and so
/// that none rises (<see cref="LossLattice"/>), and <see cref="LossSum"/> counts what the computation adds or loses. The bounds are
/// about (1 + theta) T h^2 / 8 apart, theta + 1 being the best Renyi order.
/// </summary>
/// <remarks>
/// Rounds of everybody are one Gaussian, exact where nobody samples. Both directions are looked at. Where double precision or memory is not
/// enough for a bound that is narrow, the <see cref="RenyiAccountant"/>'s is reported if it is less.
/// </remarks>
public sealed class LossDistributionAccountant : IPrivacyAccountant
{
    private const int MostPoints = 1 << 20;
    private const int MostCells = 1 << 19;
    private const double TailShare = 1e-6;
    private const double Outside = 1e-6;
    private const double Coarser = 16;
    private const double WantedGap = 0.01;

    private static readonly RenyiAccountant Renyi = new();

    /// <inheritdoc/>
    public EpsilonBound Epsilon(Composition composition, double delta)
    {
        ArgumentNullException.ThrowIfNull(composition);
        Budget.RequireDelta(delta);
        if (composition.Rounds.Count == 0)
            return EpsilonBound.None;
        if (!composition.Sampled.Any())
        {
            var exact = AnalyticGaussian.Epsilon(delta, composition.Mu);
            return new EpsilonBound(exact, exact, exact);
        }

        var rounds = Folded(composition);
        var (lower, upper) = Narrow(rounds, isAdding: false, delta);
        if (rounds.Exists(kind => kind.Round.Participation is Poisson))
        {
            // Adding a student costs less nearly always, which coarse lattices are enough to see.
            var (otherLower, otherUpper) = Bounds(rounds, isAdding: true, delta, Coarser, double.PositiveInfinity);
            if (otherUpper > upper)
                (otherLower, otherUpper) = Narrow(rounds, isAdding: true, delta);
            (lower, upper) = (Math.Max(lower, otherLower), Math.Max(upper, otherUpper));
        }

        if (!(double.IsFinite(upper) && upper - lower <= Math.Max(WantedGap, 0.01 * upper)))
            upper = Math.Min(upper, Renyi.Epsilon(composition, delta).Upper);
        return new EpsilonBound(upper, lower, upper);
    }

    /// <summary>All rounds of everybody are one Gaussian, if it has noise enough for a <see cref="GaussianRound"/>.</summary>
    private static List<(GaussianRound Round, long Times)> Folded(Composition composition) =>
        composition.Mu is > 0 and <= 1 / GaussianRound.LeastNoise
            ? [.. composition.Sampled, (new GaussianRound(Math.Min(1 / composition.Mu, GaussianRound.MostNoise), new Everyone()), 1)]
            : [.. composition.Rounds];

    /// <summary>
    /// Once more, with a finer lattice and a wider window, where the first is not good enough, for an epsilon that anybody could want.
    /// </summary>
    private static (double Lower, double Upper) Narrow(List<(GaussianRound Round, long Times)> rounds, bool isAdding, double delta)
    {
        var (lower, upper) = Bounds(rounds, isAdding, delta, 1, double.PositiveInfinity);
        if (lower > 100 || upper - lower <= Math.Max(WantedGap, 1e-3 * upper))
            return (lower, upper);
        var finer = Bounds(rounds, isAdding, delta, 1 / Coarser, lower);
        return (Math.Max(lower, finer.Lower), Math.Min(upper, finer.Upper));
    }

    /// <summary>Bounds the epsilon of one direction.</summary>
    /// <param name="rounds">The rounds.</param>
    /// <param name="isAdding">Whether P is without the student.</param>
    /// <param name="delta">Delta.</param>
    /// <param name="coarser">By how much the bounds may be farther apart than usual.</param>
    /// <param name="least">
    /// The least that epsilon may turn out to be. Losses with a heavy tail have it far below what Chernoff's bound finds; the more does what
    /// lies outside the window count.
    /// </param>
    internal static (double Lower, double Upper) Bounds(
        List<(GaussianRound Round, long Times)> rounds, bool isAdding, double delta, double coarser, double least)
    {
        double steps = rounds.Sum(kind => kind.Times);
        var tail = TailShare * delta / steps;
        var profile = new LossProfile(rounds, isAdding, tail);
        var (theta, guess) = profile.Tilt(delta);
        var gap = coarser * Math.Min(0.04 * Math.Max(guess, profile.Deviation), Math.Max(0.001, 1e-4 * guess));

        // A greater tilt than this finds no epsilon that is better by a tenth of the gap.
        theta = Math.Min(theta, -10 * Math.Log(delta) / gap);
        var step = Math.Min(Math.Min(0.25, 1 / (1 + theta)), Math.Sqrt(8 * gap / (steps * (1 + theta))));
        step = Math.Max(step, LossCells.PerStep * profile.Range / MostCells);
        var outside = Outside * Math.Exp(Math.Clamp(theta * (least - guess), -100, 0));
        var window = profile.Window(theta, outside, step);
        while ((window.High - window.Low) / step > MostPoints - 2)
        {
            step *= 2;
            window = profile.Window(theta, outside, step);
        }

        var length = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Ceiling((window.High - window.Low) / step) + 2);
        var cells = rounds.ConvertAll(kind => (Cells: LossCells.Of(kind.Round, isAdding, step / LossCells.PerStep, tail), kind.Times));
        var (above, below) = LossSum.Of(
            cells.ConvertAll(kind => (LossLattice.Above(kind.Cells), kind.Times)),
            cells.ConvertAll(kind => (LossLattice.Below(kind.Cells), kind.Times)),
            theta, window, length, cells.Max(kind => kind.Cells.Precision));
        var upper = Least(epsilon => above.Delta(epsilon).Upper <= delta, Math.Max(guess, 0));
        return (Most(epsilon => below.Delta(epsilon).Lower >= delta, upper, gap), upper);
    }

    /// <summary>An epsilon that is enough, and about the least; infinity where none is found.</summary>
    private static double Least(Func<double, bool> isEnough, double guess)
    {
        if (isEnough(0))
            return 0;
        var (low, high) = (0.0, Math.Max(guess, 1e-12));
        while (!isEnough(high))
        {
            (low, high) = (high, 2 * high);
            if (high > 1e9)
                return double.PositiveInfinity;
        }

        for (var i = 0; i < 60; i++)
        {
            var middle = 0.5 * (low + high);
            (low, high) = isEnough(middle) ? (low, middle) : (middle, high);
        }

        return high;
    }

    /// <summary>An epsilon that is needed, and about the most; 0 where none is found.</summary>
    private static double Most(Func<double, bool> isNeeded, double upper, double gap)
    {
        var (low, high, down) = (upper, upper, gap);
        while (!isNeeded(low))
        {
            if (low <= 0 || !double.IsFinite(low))
                return 0;
            (low, high, down) = (Math.Max(0, low - down), low, 2 * down);
        }

        for (var i = 0; i < 60 && low < high; i++)
        {
            var middle = 0.5 * (low + high);
            (low, high) = isNeeded(middle) ? (middle, high) : (low, middle);
        }

        return low;
    }
}
