namespace Cohort.Federation.Accounting;

/// <summary>
/// The losses of a composition's rounds at some hundred points each: enough to choose tilt, step and window by. Nothing that must be right
/// rests on it.
/// </summary>
internal sealed class LossProfile
{
    private const int Points = 300;

    private readonly List<(double[] Losses, double[] Logs, double Times)> _rounds = [];

    /// <param name="rounds">Kinds of rounds, with how many times.</param>
    /// <param name="isAdding">Whether P is without the student.</param>
    /// <param name="tail">How much probability may be left out at either end of a round.</param>
    public LossProfile(IEnumerable<(GaussianRound Round, long Times)> rounds, bool isAdding, double tail)
    {
        foreach (var (round, times) in rounds)
        {
            var (losses, logs) = Sampled(GaussianPair.Of(round), isAdding && round.Participation is Poisson, tail);
            _rounds.Add((losses, logs, times));
        }

        var variance = 0.0;
        foreach (var (losses, logs, times) in _rounds)
        {
            double first = 0, second = 0;
            for (var i = 0; i < losses.Length; i++)
                (first, second) = (first + (Math.Exp(logs[i]) * losses[i]), second + (Math.Exp(logs[i]) * losses[i] * losses[i]));
            variance += times * Math.Max(0, second - (first * first));
        }

        Deviation = Math.Sqrt(variance);
        Range = _rounds.Max(round => round.Losses.Max() - round.Losses.Min());
    }

    /// <summary>The standard deviation of the sum of the losses.</summary>
    public double Deviation { get; }

    /// <summary>What the largest loss of a round exceeds its smallest by, at most.</summary>
    public double Range { get; }

    /// <summary>log E[e^(theta L)] of the sum of the losses.</summary>
    public double Cumulant(double theta)
    {
        var total = 0.0;
        foreach (var (losses, logs, times) in _rounds)
        {
            var largest = double.NegativeInfinity;
            for (var i = 0; i < losses.Length; i++)
                largest = Math.Max(largest, logs[i] + (theta * losses[i]));
            var sum = 0.0;
            for (var i = 0; i < losses.Length; i++)
                sum += Math.Exp(logs[i] + (theta * losses[i]) - largest);
            total += times * (largest + Math.Log(sum));
        }

        return total;
    }

    /// <summary>
    /// The theta of the least epsilon that Chernoff's bound gives, delta &lt;= E[e^(theta (L - eps))] theta^theta / (1 + theta)^(1 + theta), and
    /// that epsilon.
    /// </summary>
    public (double Theta, double Epsilon) Tilt(double delta)
    {
        var theta = Math.Exp(Minimise(Epsilon, Math.Log(1e-3), Math.Log(1e8)));
        return (theta, Epsilon(Math.Log(theta)));

        double Epsilon(double logTheta)
        {
            var each = Math.Exp(logTheta);
            return (Cumulant(each) + HockeyStick(each) - Math.Log(delta)) / each;
        }
    }

    /// <summary>
    /// Under the distribution tilted by e^(theta L): beyond which losses there is at most so much, by Chernoff's bounds with the tilts theta - s
    /// and theta + s. Losses are rounded to multiples of a step, without bias.
    /// </summary>
    public (double Low, double BelowLow, double High, double AboveHigh) Window(double theta, double outside, double step)
    {
        var rounding = _rounds.Sum(round => round.Times) * step * step / 8;
        var cumulant = Cumulant(theta);
        var (low, below) = Reach(-1);
        var (high, above) = Reach(1);
        return (-low, below, high, above);

        (double Loss, double S) Reach(int sign)
        {
            var scale = -0.5 * Math.Log((Deviation * Deviation) + (2 * rounding));
            var s = Math.Exp(Minimise(Bound, scale - 8, scale + 12));
            return (Bound(Math.Log(s)), s);

            double Bound(double logS)
            {
                var each = Math.Exp(logS);
                return (Cumulant(theta + (sign * each)) - cumulant + (rounding * each * each) - Math.Log(outside)) / each;
            }
        }
    }

    /// <summary>log of the most that (1 - e^-x) e^(-theta x) gets to over x of 0 and more.</summary>
    public static double HockeyStick(double theta) => -Math.Log(theta) - ((1 + theta) * PreciseMath.Log1p(1 / theta));

    private static (double[] Losses, double[] Logs) Sampled(GaussianPair pair, bool isAdding, double tail)
    {
        var (low, high) = pair.Range(tail, isAdding);
        var width = (high - low) / Points;
        var (losses, masses) = (new List<double>(), new List<double>());
        for (var i = 0; i < Points; i++)
        {
            var x = low + ((i + 0.5) * width);
            var (p, q) = pair.Masses(x - (0.5 * width), x + (0.5 * width));
            var loss = pair.Loss(x);
            if (!isAdding)
                Add(loss, p);
            if (isAdding || pair.IsHalf)
                Add(-loss, q);
        }

        if (pair.IsHalf)
            Add(0, pair.Agreement);
        return ([.. losses], [.. masses.Select(mass => Math.Log(mass))]);

        void Add(double loss, double mass)
        {
            losses.Add(loss);
            masses.Add(mass);
        }
    }

    /// <summary>Where a function with one minimum has it, by golden section.</summary>
    private static double Minimise(Func<double, double> function, double low, double high)
    {
        const double Golden = 0.6180339887498949;
        var (a, b) = (high - (Golden * (high - low)), low + (Golden * (high - low)));
        var (atA, atB) = (function(a), function(b));
        while (high - low > 0.02)
        {
            if (atA < atB)
            {
                (high, b, atB) = (b, a, atA);
                a = high - (Golden * (high - low));
                atA = function(a);
            }
            else
            {
                (low, a, atA) = (a, b, atB);
                b = low + (Golden * (high - low));
                atB = function(b);
            }
        }

        return 0.5 * (low + high);
    }
}
