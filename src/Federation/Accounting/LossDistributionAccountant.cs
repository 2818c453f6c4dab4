namespace Cohort.Federation.Accounting;

/// <summary>
/// Accounting by the privacy loss distribution, composed by FFT (Koskela et al. 2020; Gopi, Lee and Wutschitz 2021; Doroshenko et al.
/// 2022), with a certified bound on either side. Upper: each round's loss is moved onto a lattice so that no divergence falls
/// (<see cref="LossLattice"/>). Lower: given the true losses, those on the lattice are independent, each within an interval of length h,
/// and exceed them by (e^h - 1)^2 / 8 on average at most; so by Hoeffding's inequality their sum exceeds the true one by more than
/// eta = h sqrt(T/2 log(1/delta')) + T (e^h - 1)^2 / 8 with probability delta' at most, and
/// eps_true(delta) >= eps_lattice(delta + delta') - eta.
/// </summary>
/// <remarks>
/// The certificate also counts what the lattice leaves out at the ends, what leaves the window of the transform and comes in again at
/// its other end (Chernoff's bound, with the transform's own distribution), and the roundings of the transform: its values are off by
/// e = 8 log2(N) 2^-53 at most, so their T-th powers by T |f|^(T-1) e, which by Parseval's theorem and Cauchy's inequality bounds what the
/// probabilities are off by together. Where that is not small beside delta, the Renyi accountant's bound stands in.
/// </remarks>
public sealed class LossDistributionAccountant : IPrivacyAccountant
{
    private const double WantedEta = 0.008;
    private const double LostShare = 0.001;
    private const double Coarser = 8;
    private const int MostPoints = 1 << 22;
    private const double RoundOff = 1.0 / (1L << 53);

    private static readonly RenyiAccountant Renyi = new();

    /// <inheritdoc/>
    public EpsilonBound Epsilon(Composition composition, double delta)
    {
        ArgumentNullException.ThrowIfNull(composition);
        Budget.RequireDelta(delta);
        if (composition.Rounds.Count == 0)
            return EpsilonBound.None;
        if (!composition.Sampled.Any())
            return Exact(AnalyticGaussian.Epsilon(delta, composition.Mu));

        var looser = Renyi.Epsilon(composition, delta).Upper;
        var rounds = Folded(composition);
        var (lower, upper) = Bounds(rounds, isAdding: false, delta, WantedEta);
        if (rounds.Exists(kind => !LossLattice.IsSymmetric(kind.Round)))
        {
            // Removing a student is the worse direction nearly always, which a coarser lattice is enough to see.
            var (otherLower, otherUpper) = Bounds(rounds, isAdding: true, delta, Coarser * WantedEta);
            if (otherUpper > upper)
                (otherLower, otherUpper) = Bounds(rounds, isAdding: true, delta, WantedEta);
            (lower, upper) = (Math.Max(lower, otherLower), Math.Max(upper, otherUpper));
        }

        upper = Math.Min(upper, looser);
        return new EpsilonBound(upper, Math.Min(lower, upper), upper);
    }

    private static EpsilonBound Exact(double epsilon) => new(epsilon, epsilon, epsilon);

    /// <summary>All rounds of everybody are one Gaussian.</summary>
    private static List<(GaussianRound Round, long Times)> Folded(Composition composition)
    {
        var rounds = composition.Sampled.ToList();
        if (composition.Mu > 0)
            rounds.Add((new GaussianRound(Math.Clamp(1 / composition.Mu, GaussianRound.LeastNoise, GaussianRound.MostNoise), new Everyone()), 1));
        return rounds;
    }

    private static (double Lower, double Upper) Bounds(
        List<(GaussianRound Round, long Times)> rounds, bool isAdding, double delta, double wantedEta)
    {
        double steps = rounds.Sum(kind => kind.Times);
        var lost = LostShare * delta;
        var hoeffding = Math.Sqrt(steps / 2 * Math.Log(1 / lost));
        for (var step = wantedEta / hoeffding; step < 0.5; step *= 2)
        {
            var tail = lost * 1e-3 / steps;
            var parts = rounds.ConvertAll(kind => (Lattice: LossLattice.Of(kind.Round, isAdding, step, tail), kind.Times));
            var (from, to) = Window(parts, lost * 1e-2);
            if ((to - from) / step is var points && points > MostPoints)
                continue;
            var sum = LossSum.Of(parts, from, (int)Math.Max(2, points));
            var uncertain = sum.Error + (lost * 3e-2);
            if (uncertain > 0.1 * delta)
                break;
            var eta = (step * hoeffding) + (steps * Math.Pow(PreciseMath.Expm1(step), 2) / 8);
            return (Math.Max(0, sum.Epsilon(delta + lost + uncertain) - eta), sum.Epsilon(delta - uncertain));
        }

        return (0, double.PositiveInfinity);
    }

    /// <summary>Between which losses the sum lies but for so much probability on either side.</summary>
    private static (double From, double To) Window(List<(LossLattice Lattice, long Times)> parts, double outside)
    {
        double Reach(double sign)
        {
            // The least (K(theta) - log outside) / theta over theta, which has one minimum, on a scale of logarithms.
            double Bound(double logTheta)
            {
                var theta = Math.Exp(logTheta);
                return (parts.Sum(part => part.Times * part.Lattice.Cumulant(sign * theta)) - Math.Log(outside)) / theta;
            }

            double low = -12, high = 14;
            for (var i = 0; i < 40; i++)
            {
                var (a, b) = (low + ((high - low) * 0.382), low + ((high - low) * 0.618));
                (low, high) = Bound(a) < Bound(b) ? (low, b) : (a, high);
            }

            return Bound(0.5 * (low + high));
        }

        return (-Reach(-1), Reach(1));
    }

    /// <summary>The distribution of the sum of all rounds' losses, on the lattice.</summary>
    private sealed class LossSum
    {
        private readonly double _step;
        private readonly long _first;
        private readonly double[] _above;
        private readonly double[] _aboveUnderQ;

        private LossSum(double step, long first, double[] masses, double infinite, double error)
        {
            (_step, _first, Error) = (step, first, error);
            (_above, _aboveUnderQ) = (new double[masses.Length + 1], new double[masses.Length + 1]);
            _above[^1] = infinite;
            for (var i = masses.Length - 1; i >= 0; i--)
            {
                _above[i] = _above[i + 1] + masses[i];
                _aboveUnderQ[i] = _aboveUnderQ[i + 1] + (masses[i] * Math.Exp(-(first + i) * step));
            }
        }

        /// <summary>What the roundings of the transform may have put into all probabilities together.</summary>
        public double Error { get; }

        public static LossSum Of(List<(LossLattice Lattice, long Times)> parts, double from, int points)
        {
            var n = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)points);
            var (real, imaginary) = (new double[n], new double[n]);
            Array.Fill(real, 1);
            var (off, logOff) = (new double[n], 8 * Math.Log2(n) * RoundOff);
            double finite = 0;
            foreach (var (lattice, times) in parts)
            {
                var (re, im) = Wrapped(lattice, n);
                FourierTransform.Transform(re, im, backward: false);
                for (var i = 0; i < n; i++)
                {
                    var size = Math.Sqrt((re[i] * re[i]) + (im[i] * im[i]));
                    off[i] += times * (logOff + (4 * RoundOff)) / Math.Max(size, 1e-300);
                    (re[i], im[i]) = Power(re[i], im[i], times);
                    (real[i], imaginary[i]) = ((real[i] * re[i]) - (imaginary[i] * im[i]), (real[i] * im[i]) + (imaginary[i] * re[i]));
                }

                finite += times * Math.Log(1 - lattice.Infinite);
            }

            double squares = 0, wrong = 0;
            for (var i = 0; i < n; i++)
            {
                var square = (real[i] * real[i]) + (imaginary[i] * imaginary[i]);
                squares += square;
                wrong += square * off[i] * off[i];
            }

            FourierTransform.Transform(real, imaginary, backward: true);
            var step = parts[0].Lattice.Step;
            var first = (long)Math.Floor(from / step);
            var masses = new double[n];
            for (var i = 0; i < n; i++)
                masses[i] = real[Index(first + i, n)];
            return new LossSum(step, first, masses, -PreciseMath.Expm1(finite), Math.Sqrt(wrong) + (logOff * Math.Sqrt(squares)));
        }

        /// <summary>The epsilon at which delta(eps) = sum over losses above eps of p (1 - e^(eps - loss)) is the one given.</summary>
        public double Epsilon(double delta)
        {
            if (_above[^1] >= delta)
                return double.PositiveInfinity;

            // delta(eps) falls; between two points of the lattice it is above - e^eps aboveUnderQ.
            int low = 0, high = _above.Length - 1;
            while (high - low > 1)
            {
                var middle = (low + high) / 2;
                var epsilon = (_first + middle) * _step;
                (low, high) = _above[middle] - (Math.Exp(epsilon) * _aboveUnderQ[middle]) > delta ? (middle, high) : (low, middle);
            }

            return Math.Max(0, Math.Log((_above[high] - delta) / _aboveUnderQ[high]) is var found && double.IsNaN(found) ? (_first + high) * _step : found);
        }

        private static (double[] Real, double[] Imaginary) Wrapped(LossLattice lattice, int n)
        {
            var real = new double[n];
            for (var i = 0; i < lattice.Masses.Length; i++)
                real[Index(lattice.First + i, n)] += lattice.Masses[i];
            return (real, new double[n]);
        }

        private static int Index(long place, int n) => (int)(place & (n - 1));

        private static (double Real, double Imaginary) Power(double real, double imaginary, long times)
        {
            var (re, im) = (1.0, 0.0);
            for (; times > 0; times >>= 1)
            {
                if ((times & 1) == 1)
                    (re, im) = ((re * real) - (im * imaginary), (re * imaginary) + (im * real));
                (real, imaginary) = ((real * real) - (imaginary * imaginary), 2 * real * imaginary);
            }

            return (re, im);
        }
    }
}
