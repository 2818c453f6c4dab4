using Cohort.Model.Data;

namespace Cohort.Model.Evaluation;

/// <summary>How much a picture resembles another; brightness from 0 to 1.</summary>
public static class ImageSimilarity
{
    /// <summary>What equal pictures get, and nearly equal ones: a mean squared error of 1e-10 or less.</summary>
    public const double MostDecibels = 100;

    // Wang et al. 2004, section III-B: an 11x11 Gaussian window of standard deviation 1.5, K1 = 0.01 and K2 = 0.03.
    private const int Side = 11;
    private const double WindowDeviation = 1.5;
    private const double C1 = 0.01 * 0.01;
    private const double C2 = 0.03 * 0.03;

    private static readonly double[] s_window = Window();

    /// <summary>Peak signal-to-noise ratio, 10 log10(1 / MSE), in dB, at most <see cref="MostDecibels"/>.</summary>
    /// <param name="original">Any shape.</param>
    /// <param name="other">The same shape.</param>
    public static double Psnr(ReadOnlySpan<float> original, ReadOnlySpan<float> other)
    {
        RequireEqualLength(original, other);
        var sum = 0.0;
        for (var i = 0; i < original.Length; i++)
        {
            var difference = (double)original[i] - other[i];
            sum += difference * difference;
        }

        return Math.Min(MostDecibels, -10 * Math.Log10(sum / original.Length));
    }

    /// <summary>
    /// Mean structural similarity (Wang et al. 2004, eq. 13 and 17): 1 for equal pictures, near 0 for unrelated ones. Over all
    /// windows that lie inside the picture, channels averaged.
    /// </summary>
    /// <param name="original">[channels, height, width].</param>
    /// <param name="other">The same shape.</param>
    /// <param name="shape">Height and width at least 11.</param>
    /// <exception cref="ArgumentException">The pictures are smaller than the window.</exception>
    public static double Ssim(ReadOnlySpan<float> original, ReadOnlySpan<float> other, ImageShape shape)
    {
        RequireEqualLength(original, other);
        if (shape.Height < Side || shape.Width < Side)
        {
            throw new ArgumentException($"SSIM looks through windows of {Side}x{Side} pixels; the picture is {shape}.", nameof(shape));
        }

        var (sum, windows) = (0.0, 0);
        for (var channel = 0; channel < shape.Channels; channel++)
        {
            for (var top = 0; top <= shape.Height - Side; top++)
            {
                for (var left = 0; left <= shape.Width - Side; left++)
                {
                    sum += InWindow(original, other, (((channel * shape.Height) + top) * shape.Width) + left, shape.Width);
                    windows++;
                }
            }
        }

        return sum / windows;
    }

    private static double InWindow(ReadOnlySpan<float> original, ReadOnlySpan<float> other, int corner, int stride)
    {
        double meanX = 0, meanY = 0, squareX = 0, squareY = 0, product = 0;
        for (var row = 0; row < Side; row++)
        {
            for (var column = 0; column < Side; column++)
            {
                var weight = s_window[row] * s_window[column];
                double x = original[corner + (row * stride) + column], y = other[corner + (row * stride) + column];
                meanX += weight * x;
                meanY += weight * y;
                squareX += weight * x * x;
                squareY += weight * y * y;
                product += weight * x * y;
            }
        }

        var (varianceX, varianceY) = (squareX - (meanX * meanX), squareY - (meanY * meanY));
        var covariance = product - (meanX * meanY);
        return ((2 * meanX * meanY) + C1) * ((2 * covariance) + C2)
            / (((meanX * meanX) + (meanY * meanY) + C1) * (varianceX + varianceY + C2));
    }

    private static double[] Window()
    {
        var weights = Enumerable.Range(0, Side)
            .Select(i => Math.Exp(-Math.Pow(i - (Side / 2), 2) / (2 * WindowDeviation * WindowDeviation))).ToArray();
        var sum = weights.Sum();
        return Array.ConvertAll(weights, weight => weight / sum);
    }

    private static void RequireEqualLength(ReadOnlySpan<float> original, ReadOnlySpan<float> other)
    {
        if (original.Length != other.Length || original.IsEmpty)
        {
            throw new ArgumentException($"Pictures of {original.Length} and {other.Length} values cannot be compared.");
        }
    }
}
