namespace Cohort.Model.Evaluation;

/// <summary>One-sided exact bounds on a probability of which n trials gave k successes (Clopper and Pearson 1934).</summary>
public static class BinomialBounds
{
    private const int Bisections = 60;

    /// <summary>The greatest probability under which k or fewer successes still happen with probability alpha.</summary>
    /// <param name="successes">k, 0 to <paramref name="trials"/>.</param>
    /// <param name="trials">n, at least 1.</param>
    /// <param name="alpha">How often the bound may be wrong.</param>
    public static double Upper(int successes, int trials, double alpha)
    {
        Require(successes, trials, alpha);
        if (successes == trials)
        {
            return 1;
        }

        var (low, high) = ((double)successes / trials, 1.0);
        for (var i = 0; i < Bisections; i++)
        {
            var middle = (low + high) / 2;
            (low, high) = AtMost(successes, trials, middle) > alpha ? (middle, high) : (low, middle);
        }

        return high;
    }

    /// <summary>The least probability under which k or more successes still happen with probability alpha.</summary>
    /// <inheritdoc cref="Upper"/>
    public static double Lower(int successes, int trials, double alpha) => 1 - Upper(trials - successes, trials, alpha);

    // P(X <= k); terms too small for a double are too small to matter.
    private static double AtMost(int successes, int trials, double probability)
    {
        var term = trials * Math.Log(1 - probability);
        var odds = Math.Log(probability / (1 - probability));
        var sum = Math.Exp(term);
        for (var i = 0; i < successes; i++)
        {
            term += Math.Log((double)(trials - i) / (i + 1)) + odds;
            sum += Math.Exp(term);
        }

        return sum;
    }

    private static void Require(int successes, int trials, double alpha)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(trials, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(successes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(successes, trials);
        if (!(alpha is > 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(alpha), alpha, "A bound is wrong with a probability between 0 and 1.");
        }
    }
}
