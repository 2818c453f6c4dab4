namespace Cohort.Federation.Accounting;

/// <summary>
/// The distribution of the sum of all rounds' losses, tilted by e^(theta L) so that it lies about the epsilon looked for, with bounds on what
/// the computation has added or lost.
/// </summary>
/// <remarks>
/// delta(eps) = M sum over l > eps of (1 - e^(eps - l)) e^(-theta l) f(l), with f the tilted distribution and M what it was scaled by. The
/// transform counts losses modulo its length, so what of f lies outside the window is missing there and comes in elsewhere: at most its
/// probability (Chernoff's bound) times the largest weight, e^(-theta eps) theta^theta / (1 + theta)^(1 + theta). A value of f is off by what
/// <see cref="FourierTransform"/> says of either transform; in between, an error e of a factor a moves a product of powers by at most
/// prod (a + e)^T min(1, sum T e / (a + e)), by Bernoulli's inequality.
/// </remarks>
internal sealed class LossSum
{
    private const double RoundOff = 1.0 / (1L << 53);

    private readonly double _theta;
    private readonly double _step;
    private readonly double _low;
    private readonly double _logScale;
    private readonly double _logOutside;
    private readonly double _error;
    private readonly double _slack;
    private readonly double _infinite;

    // From a point on: sums of f e^(-(1 + theta) (l - l_k)), and of f e^(-theta (l - l_k)) (1 - e^(-(l - l_k))).
    private readonly double[] _decayed;
    private readonly double[] _excess;

    private LossSum(
        List<(LossLattice Lattice, long Times)> parts, double theta, double[] wrapped, long first, double logScale, double logOutside,
        double error, double slack)
    {
        (_theta, _logScale, _logOutside, _error, _slack) = (theta, logScale, logOutside, error, slack);
        _step = parts[0].Lattice.Step;
        _low = (first * _step) + parts.Sum(part => part.Times * part.Lattice.Shift);
        _infinite = -PreciseMath.Expm1(parts.Sum(part => part.Times * PreciseMath.Log1p(-part.Lattice.Infinite)));
        var n = wrapped.Length;
        (_decayed, _excess) = (new double[n + 1], new double[n + 1]);
        var (decay, thinning, growth) = (Math.Exp(-theta * _step), Math.Exp(-(1 + theta) * _step), -PreciseMath.Expm1(-_step));
        for (var k = n - 1; k >= 0; k--)
        {
            _decayed[k] = wrapped[(first + k) & (n - 1)] + (thinning * _decayed[k + 1]);
            _excess[k] = decay * (_excess[k + 1] + (growth * _decayed[k + 1]));
        }
    }

    /// <summary>The sums of lattices from above and from below, in one transform.</summary>
    /// <param name="above">For an upper bound.</param>
    /// <param name="below">For a lower bound, of the same rounds.</param>
    /// <param name="theta">The tilt, above 0.</param>
    /// <param name="window">Which losses must lie in the window, and the tilts theta - s and theta + s that show how little lies outside.</param>
    /// <param name="length">N, the points of the transform, a power of two.</param>
    /// <param name="precision">The relative error of the lattices' masses.</param>
    public static (LossSum Above, LossSum Below) Of(
        List<(LossLattice Lattice, long Times)> above, List<(LossLattice Lattice, long Times)> below, double theta,
        (double Low, double BelowLow, double High, double AboveHigh) window, int length, double precision)
    {
        var transform = new FourierTransform(length);
        var powers = new Powers(length, 2 * transform.Error);
        var (scaleAbove, scaleBelow) = (0.0, 0.0);
        for (var kind = 0; kind < above.Count; kind++)
        {
            var (real, imaginary) = (new double[length], new double[length]);
            var times = above[kind].Times;
            scaleAbove += times * above[kind].Lattice.AddTilted(theta, real);
            scaleBelow += times * below[kind].Lattice.AddTilted(theta, imaginary);
            transform.Forward(real, imaginary);
            powers.Multiply(real, imaginary, times);
        }

        var (first, second, error) = powers.Packed();
        transform.Backward(first, second);
        error += transform.Error * powers.Size;
        var step = above[0].Lattice.Step;
        var steps = above.Sum(part => (double)part.Times);
        var farthest = Math.Max(Math.Abs(window.Low), Math.Abs(window.High));
        var slack = (steps * (1 + theta) * precision) + (4 * RoundOff * (length + (theta * farthest) + Math.Abs(scaleAbove)));
        return (Sum(above, first, scaleAbove), Sum(below, second, scaleBelow));

        LossSum Sum(List<(LossLattice Lattice, long Times)> parts, double[] wrapped, double logScale)
        {
            // The window in the middle of what the transform has room for.
            var shift = parts.Sum(part => part.Times * part.Lattice.Shift);
            var low = (long)Math.Floor((((window.Low + window.High) / 2) - shift) / step) - (length / 2);
            var logOutside = LogSum(
                Outside(theta - window.BelowLow, ((low - 1) * step) + shift), Outside(theta + window.AboveHigh, ((low + length) * step) + shift));
            return new LossSum(parts, theta, wrapped, low, logScale, logOutside, error, slack);

            double Outside(double tilt, double edge) =>
                parts.Sum(part => part.Times * part.Lattice.Cumulant(tilt)) - logScale - ((tilt - theta) * edge);
        }
    }

    /// <summary>Bounds delta at an epsilon, from both sides.</summary>
    public (double Lower, double Upper) Delta(double epsilon)
    {
        var n = _decayed.Length - 1;
        var k = (int)Math.Clamp(Math.Ceiling((epsilon - _low) / _step), 0, n);
        var ahead = k == n ? 0 : Math.Max(0, _low + (k * _step) - epsilon);
        var value = _excess[k] - (PreciseMath.Expm1(-ahead) * _decayed[k]);
        var rounded = _error * Math.Min(n, -1 / PreciseMath.Expm1(-_theta * _step));
        var outside = Math.Exp(_logOutside + LossProfile.HockeyStick(_theta) + (_theta * ahead));
        var scale = Math.Exp(_logScale - (_theta * (epsilon + ahead)));
        return (
            Math.Max(0, scale * (value - rounded - outside) * (1 - _slack)),
            (scale * (Math.Max(0, value) + rounded + outside) * (1 + _slack)) + _infinite);
    }

    private static double LogSum(double a, double b) => Math.Max(a, b) + PreciseMath.Log1p(Math.Exp(-Math.Abs(a - b)));

    /// <summary>The product of the rounds' transforms, each to its power, of both kinds of lattices.</summary>
    private sealed class Powers(int length, double roundingOfOne)
    {
        private readonly double[] _ar = Ones(length), _ai = new double[length], _br = Ones(length), _bi = new double[length];
        private readonly double[] _boundA = Ones(length), _boundB = Ones(length), _offA = new double[length], _offB = new double[length];

        /// <summary>The sum of the moduli of what <see cref="Packed"/> gives, over N.</summary>
        public double Size { get; private set; }

        /// <summary>Takes the transforms of two real sequences apart, of which one was the real and one the imaginary part.</summary>
        public void Multiply(double[] real, double[] imaginary, long times)
        {
            for (var i = 0; i < length; i++)
            {
                var o = FourierTransform.Opposite(i);
                if (o < i)
                    continue;
                var (ar, ai) = (0.5 * (real[i] + real[o]), 0.5 * (imaginary[i] - imaginary[o]));
                var (br, bi) = (0.5 * (imaginary[i] + imaginary[o]), 0.5 * (real[o] - real[i]));
                Multiply(ref _ar[i], ref _ai[i], ref _boundA[i], ref _offA[i], ar, ai, times);
                Multiply(ref _br[i], ref _bi[i], ref _boundB[i], ref _offB[i], br, bi, times);
            }
        }

        /// <summary>Both products as one sequence, and the most that a value of its transform back may be off by on their account.</summary>
        public (double[] Real, double[] Imaginary, double Error) Packed()
        {
            var (real, imaginary) = (new double[length], new double[length]);
            double errorA = 0, errorB = 0, size = 0;
            for (var i = 0; i < length; i++)
            {
                var o = FourierTransform.Opposite(i);
                if (o < i)
                    continue;
                var count = o == i ? 1 : 2;
                errorA += count * _boundA[i] * Math.Min(1, _offA[i]);
                errorB += count * _boundB[i] * Math.Min(1, _offB[i]);
                size += count * (_boundA[i] + _boundB[i]);
                (real[i], imaginary[i]) = (_ar[i] - _bi[i], _ai[i] + _br[i]);
                if (o != i)
                    (real[o], imaginary[o]) = (_ar[i] + _bi[i], _br[i] - _ai[i]);
            }

            Size = size / length;
            return (real, imaginary, Math.Max(errorA, errorB) / length);
        }

        private void Multiply(ref double re, ref double im, ref double bound, ref double off, double fr, double fi, long times)
        {
            const double Negligible = 1e-30;
            var size = Math.Sqrt((fr * fr) + (fi * fi)) + roundingOfOne;
            off += times * ((roundingOfOne / size) + (4 * RoundOff));
            bound *= 1.0001 * Math.Exp(times * Math.Log(size));
            if (bound < Negligible)
                (re, im, off) = (0, 0, 1);
            var (pr, pi) = Power(fr, fi, times);
            (re, im) = ((re * pr) - (im * pi), (re * pi) + (im * pr));
        }

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

        private static double[] Ones(int length)
        {
            var ones = new double[length];
            Array.Fill(ones, 1);
            return ones;
        }
    }
}
