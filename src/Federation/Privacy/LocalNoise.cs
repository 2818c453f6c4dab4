namespace Cohort.Federation;

/// <summary>
/// Noise that a student adds to its own update, so that nobody else sees the update without it: the whole of it (local differential
/// privacy, Kasiviswanathan et al. 2011), or its share of a sum's noise under secure aggregation (Kairouz, Liu and Steinke 2021).
/// </summary>
public static class LocalNoise
{
    /// <summary>Adds independent discrete Gaussian noise to the values first to first + count - 1.</summary>
    /// <param name="update">Shape [n], in steps of the grid.</param>
    /// <param name="first">Index of the first value that gets noise.</param>
    /// <param name="count">How many get noise, at least 1.</param>
    /// <param name="standardDeviationInSteps">sigma; from 1/32 to 2^50.</param>
    /// <param name="secret">The run's secret.</param>
    /// <param name="key">Names this update; never use one key for two different ones.</param>
    /// <exception cref="UpdateRejectedException">A value leaves the 32-bit grid; the update must not be used.</exception>
    public static void Add(
        Span<int> update, int first, int count, double standardDeviationInSteps, NoiseSecret secret, NoiseKey key)
    {
        ArgumentNullException.ThrowIfNull(secret);
        var gaussian = new DiscreteGaussian(standardDeviationInSteps);
        using var words = new KeyStream(secret.DeriveKey(key.Encode(first)));
        foreach (ref var value in update.Slice(first, count))
        {
            var noised = value + gaussian.Next(words);
            if (noised is < int.MinValue or > int.MaxValue)
                throw new UpdateRejectedException(
                    $"The update's noise of {standardDeviationInSteps:R} steps does not fit on the 32-bit grid; "
                    + "choose a coarser grid (privacy.fractionBits).");
            value = (int)noised;
        }
    }
}
