namespace Cohort.Model.Randomness;

/// <summary>
/// Draws from distributions, built on <see cref="Random.NextDouble"/> and <see cref="Random.Next(int)"/> alone, so that with a
/// <see cref="KeyedRandom"/> they are the same everywhere.
/// </summary>
public static class Distributions
{
    /// <summary>
    /// Mean 0, variance 1 (Marsaglia's polar method 1964; the second value is dropped so that no state is kept).
    /// </summary>
    public static double NextGaussian(this Random random)
    {
        ArgumentNullException.ThrowIfNull(random);
        while (true)
        {
            double u = (2 * random.NextDouble()) - 1;
            double v = (2 * random.NextDouble()) - 1;
            double s = (u * u) + (v * v);
            if (s is > 0 and < 1)
                return u * Math.Sqrt(-2 * PortableMath.Log(s) / s);
        }
    }

    /// <summary>Gamma with this shape (alpha) and scale 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The shape is not a positive finite number.</exception>
    public static double NextGamma(this Random random, double shape) => PortableMath.Exp(random.NextLogGamma(shape));

    /// <summary>A point of the simplex from the symmetric Dirichlet distribution: all entries at least 0, their sum 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Alpha is not a positive finite number.</exception>
    public static void NextDirichlet(this Random random, double alpha, Span<double> proportions)
    {
        // In logarithms, because for a small alpha every single gamma variate may underflow to 0.
        double largest = double.NegativeInfinity;
        for (int i = 0; i < proportions.Length; i++)
        {
            proportions[i] = random.NextLogGamma(alpha);
            largest = Math.Max(largest, proportions[i]);
        }

        double sum = 0;
        foreach (ref double proportion in proportions)
            sum += proportion = PortableMath.Exp(proportion - largest);
        foreach (ref double proportion in proportions)
            proportion /= sum;
    }

    /// <summary>
    /// A uniformly random order, in place (Durstenfeld 1964). <see cref="Random.Shuffle{T}(Span{T})"/> is not virtual and its
    /// algorithm may change between versions of .NET; this one stays.
    /// </summary>
    public static void Permute<T>(this Random random, Span<T> values)
    {
        ArgumentNullException.ThrowIfNull(random);
        for (int i = values.Length - 1; i > 0; i--)
        {
            int j = random.Next(i + 1);
            (values[i], values[j]) = (values[j], values[i]);
        }
    }

    // Marsaglia and Tsang 2000, "A simple method for generating gamma variables"; section 6 for shapes below 1.
    private static double NextLogGamma(this Random random, double shape)
    {
        ArgumentNullException.ThrowIfNull(random);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(shape);
        if (!double.IsFinite(shape))
            throw new ArgumentOutOfRangeException(nameof(shape), shape, "The shape of a gamma distribution must be finite.");
        if (shape < 1)
            return random.NextLogGamma(shape + 1) + (PortableMath.Log(1 - random.NextDouble()) / shape);

        double d = shape - (1.0 / 3);
        double c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            double x = random.NextGaussian();
            double root = 1 + (c * x);
            if (root <= 0)
                continue;
            double v = root * root * root;
            double logV = PortableMath.Log(v);
            if (PortableMath.Log(1 - random.NextDouble()) < (0.5 * x * x) + (d * (1 - v + logV)))
                return PortableMath.Log(d) + logV;
        }
    }
}
