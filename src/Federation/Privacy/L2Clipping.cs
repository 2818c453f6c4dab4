using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Cohort.Federation;

/// <summary>
/// Clips an update to an L2 ball, x / max(1, |x|/S) (McMahan et al. 2018, "Learning Differentially Private Recurrent Language
/// Models", flat clipping), with a norm that is the same bit for bit on every processor.
/// </summary>
public static class L2Clipping
{
    // Sixteen partial sums whatever the vector width; squares of floats are exact in double, only the additions round.
    private const int Lanes = 16;

    /// <summary>
    /// Bounds Norm's relative rounding error: at most n/16 + 20 additions of 2^-53 each, below 2^-24 for any array's n.
    /// </summary>
    internal const double NormTolerance = 1.0 / (1 << 24);

    // With t = 2^-24: the norm may be t too small and a scaled value round up by t, and (1 - 4t)(1 + t)^3 < 1 - t.
    // So the result's true norm is within the bound, and clipping it again finds nothing to do.
    private const double Guard = 1 - (4 * NormTolerance);

    // Below this bound the absolute error of subnormal floats would outgrow the relative guard.
    private const double LeastBound = 1e-30;

    /// <summary>
    /// Scales the update in place so that its L2 norm, free of rounding errors, is at most <paramref name="bound"/>. An update
    /// inside stays as it is, unless it is within 2^-24 of the bound, where the norm's own rounding leaves room for doubt.
    /// </summary>
    /// <param name="update">Shape [n].</param>
    /// <param name="bound">The clipping bound S, in the unit of the update; at least 1e-30.</param>
    /// <returns>The norm before clipping.</returns>
    /// <exception cref="UpdateRejectedException">A value is NaN or infinite; the update is left as it was.</exception>
    public static double Clip(Span<float> update, double bound)
    {
        var norm = FiniteNorm(update, bound);
        if (FactorFor(norm, bound) is { } factor)
            Scale(update, factor);
        return norm;
    }

    /// <summary>The L2 norm in double precision, summed in one fixed order. NaN or infinite when a value is.</summary>
    /// <param name="update">Shape [n].</param>
    public static double Norm(ReadOnlySpan<float> update)
    {
        ref var source = ref MemoryMarshal.GetReference(update);
        Span<double> lanes = stackalloc double[Lanes];
        var i = Avx512F.IsSupported ? SumWide(ref source, update.Length, lanes) : Sum(ref source, update.Length, lanes);
        for (var lane = 0; i < update.Length; i++, lane++)
            lanes[lane] += (double)update[i] * update[i];

        for (var half = Lanes / 2; half > 0; half /= 2)
        {
            for (var lane = 0; lane < half; lane++)
                lanes[lane] += lanes[lane + half];
        }

        return Math.Sqrt(lanes[0]);
    }

    /// <summary>Adds lane by lane the squares of all but the last values that do not fill the lanes; says how many it added.</summary>
    private static int Sum(ref float source, int length, Span<double> lanes)
    {
        Vector256<double> sum0 = default, sum1 = default, sum2 = default, sum3 = default;
        var i = 0;
        for (; i <= length - Lanes; i += Lanes)
        {
            var (x0, x1) = Vector256.Widen(Vector256.LoadUnsafe(ref source, (nuint)i));
            var (x2, x3) = Vector256.Widen(Vector256.LoadUnsafe(ref source, (nuint)i + 8));
            sum0 += x0 * x0;
            sum1 += x1 * x1;
            sum2 += x2 * x2;
            sum3 += x3 * x3;
        }

        sum0.CopyTo(lanes);
        sum1.CopyTo(lanes[4..]);
        sum2.CopyTo(lanes[8..]);
        sum3.CopyTo(lanes[12..]);
        return i;
    }

    /// <summary>The same lanes in half the instructions.</summary>
    private static int SumWide(ref float source, int length, Span<double> lanes)
    {
        Vector512<double> sum0 = default, sum1 = default;
        var i = 0;
        for (; i <= length - Lanes; i += Lanes)
        {
            var x0 = Avx512F.ConvertToVector512Double(Vector256.LoadUnsafe(ref source, (nuint)i));
            var x1 = Avx512F.ConvertToVector512Double(Vector256.LoadUnsafe(ref source, (nuint)i + 8));
            sum0 += x0 * x0;
            sum1 += x1 * x1;
        }

        sum0.CopyTo(lanes);
        sum1.CopyTo(lanes[8..]);
        return i;
    }

    /// <summary>The norm of an update that is to be clipped to the bound.</summary>
    internal static double FiniteNorm(ReadOnlySpan<float> update, double bound)
    {
        RequireBound(bound);
        var norm = Norm(update);
        return double.IsFinite(norm) ? norm : throw NotFinite(update);
    }

    /// <summary>What an update of this norm is multiplied by; null if it stays as it is.</summary>
    internal static double? FactorFor(double norm, double bound) =>
        norm > bound * (1 - NormTolerance) ? bound / norm * Guard : null;

    internal static Vector256<float> Scaled(Vector256<float> values, double factor)
    {
        if (Avx512F.IsSupported) // the same roundings in three instructions
            return Avx512F.ConvertToVector256Single(Avx512F.ConvertToVector512Double(values) * factor);
        var (lower, upper) = Vector256.Widen(values);
        return Vector256.Narrow(lower * factor, upper * factor);
    }

    internal static float Scaled(float value, double factor) => (float)(value * factor);

    internal static void RequireBound(double bound)
    {
        if (!(double.IsFinite(bound) && bound >= LeastBound))
            throw new ArgumentOutOfRangeException(
                nameof(bound), bound, $"A clipping bound is a finite number of at least {LeastBound:R}.");
    }

    private static void Scale(Span<float> update, double factor)
    {
        ref var values = ref MemoryMarshal.GetReference(update);
        var i = 0;
        for (; i <= update.Length - Vector256<float>.Count; i += Vector256<float>.Count)
            Scaled(Vector256.LoadUnsafe(ref values, (nuint)i), factor).StoreUnsafe(ref values, (nuint)i);
        for (; i < update.Length; i++)
            update[i] = Scaled(update[i], factor);
    }

    private static UpdateRejectedException NotFinite(ReadOnlySpan<float> update)
    {
        var index = 0;
        while (float.IsFinite(update[index]))
            index++;
        return new UpdateRejectedException(
            $"The update's value {update[index]:R} at index {index} is not a finite number, so the update cannot be clipped.");
    }
}
