namespace Cohort.Federation.Accounting;

/// <summary>Turns a budget into noise, or into rounds, by asking an accountant for upper bounds.</summary>
public static class Calibration
{
    private const double RelativeWidth = 2e-5;

    /// <summary>
    /// The least noise multiplier z, within 1e-4 of it, under which the rounds stay within epsilon; <see cref="GaussianRound.LeastNoise"/>
    /// where even that is enough. From 1 on by factors of 4, then a bisection of log z, on which epsilon falls.
    /// </summary>
    /// <param name="accountant">Who says what rounds cost.</param>
    /// <param name="participation">Who takes part in each.</param>
    /// <param name="steps">T, how many rounds.</param>
    /// <param name="epsilon">The budget, above 0.</param>
    /// <param name="delta">Above 0 and below 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of its range.</exception>
    /// <exception cref="ArgumentException">No noise that can be accounted is enough.</exception>
    public static double NoiseMultiplier(
        IPrivacyAccountant accountant, Participation participation, long steps, double epsilon, double delta)
    {
        ArgumentNullException.ThrowIfNull(accountant);
        Budget.RequireEpsilon(epsilon);
        Budget.RequireDelta(delta);
        double high = 1;
        while (!Affords(high))
        {
            if (high >= GaussianRound.MostNoise)
                throw new ArgumentException(
                    $"No noise multiplier up to {GaussianRound.MostNoise:R} keeps {steps:N0} rounds within epsilon {epsilon:R} at delta "
                    + $"{delta:R}; allow a greater epsilon or fewer rounds.", nameof(epsilon));
            high = Math.Min(4 * high, GaussianRound.MostNoise);
        }

        var low = high / 4;
        while (Affords(low))
        {
            if (low <= GaussianRound.LeastNoise)
                return low;
            (low, high) = (Math.Max(low / 4, GaussianRound.LeastNoise), low);
        }

        while (high / low > 1 + RelativeWidth)
        {
            var middle = Math.Sqrt(low * high);
            (low, high) = Affords(middle) ? (low, middle) : (middle, high);
        }

        return high;

        bool Affords(double z) =>
            accountant.Epsilon(Composition.Of(new GaussianRound(z, participation), steps), delta).Upper <= epsilon;
    }

    /// <summary>
    /// How many such rounds stay within epsilon: 0 where not even one does, at most <see cref="Composition.MostSteps"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of its range.</exception>
    public static long Rounds(IPrivacyAccountant accountant, GaussianRound round, double epsilon, double delta)
    {
        ArgumentNullException.ThrowIfNull(accountant);
        Budget.RequireEpsilon(epsilon);
        Budget.RequireDelta(delta);
        long low = 0, high = 1;
        while (Affords(high))
        {
            if (high == Composition.MostSteps)
                return high;
            (low, high) = (high, Math.Min(2 * high, Composition.MostSteps));
        }

        while (high - low > 1)
        {
            var middle = low + ((high - low) / 2);
            (low, high) = Affords(middle) ? (middle, high) : (low, middle);
        }

        return low;

        bool Affords(long steps) => accountant.Epsilon(Composition.Of(round, steps), delta).Upper <= epsilon;
    }
}
