using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Cohort.Federation;

/// <summary>
/// The grid on which updates are added: multiples of 2^-<paramref name="FractionBits"/> held as 32-bit integers. Integer sums do
/// not depend on their order, so a model does not depend on which node trained whom.
/// </summary>
/// <param name="FractionBits">Binary digits after the point, 0 to 30. At 24 a value lies in [-128, 128).</param>
public sealed record FixedPointGrid(int FractionBits = 24)
{
    private const float Lowest = int.MinValue;
    private const float Above = -Lowest;

    public int FractionBits { get; } = FractionBits is >= 0 and <= 30
        ? FractionBits
        : throw new ArgumentOutOfRangeException(
            nameof(FractionBits), FractionBits, "A fixed-point grid has 0 to 30 fraction bits, so that its scale is exact.");

    /// <summary>The distance of two neighbouring grid points, 2^-FractionBits.</summary>
    public double Step => 1.0 / (1 << FractionBits);

    /// <summary>Puts each value on the nearest grid point, ties to the even one: the same on every processor.</summary>
    /// <param name="update">Shape [n].</param>
    /// <param name="destination">Shape [n], in steps; undefined when this throws.</param>
    /// <exception cref="UpdateRejectedException">A value is NaN, infinite or outside the 32-bit grid.</exception>
    public void Quantise(ReadOnlySpan<float> update, Span<int> destination) =>
        Quantise<ToNearestEven, AsItIs>(update, destination, default);

    /// <summary>
    /// Puts each value on the next grid point towards zero, so that the L2 norm in steps is at most
    /// <paramref name="l2Bound"/> / <see cref="Step"/> whenever the update's norm is at most <paramref name="l2Bound"/>.
    /// </summary>
    /// <param name="update">Shape [n], clipped to the bound before.</param>
    /// <param name="l2Bound">The clipping bound S, in the unit of the update.</param>
    /// <param name="destination">Shape [n], in steps; undefined when this throws.</param>
    /// <exception cref="UpdateRejectedException">
    /// A value is NaN, infinite or outside the 32-bit grid, or the update's norm is above the bound.
    /// </exception>
    public void QuantiseWithin(ReadOnlySpan<float> update, double l2Bound, Span<int> destination)
    {
        // Proof: |q_i| = floor(|x_i| / Step) <= |x_i| / Step for every i, hence |q|_2 <= |x|_2 / Step <= l2Bound / Step.
        L2Clipping.RequireBound(l2Bound);
        Quantise<TowardsZero, AsItIs>(update, destination, default);
        var norm = L2Clipping.Norm(update);
        if (norm > l2Bound * (1 + L2Clipping.NormTolerance))
            throw new UpdateRejectedException(
                $"The update's L2 norm {norm:R} is above the bound {l2Bound:R}; clip it to the bound before quantising.");
    }

    /// <summary>
    /// What <see cref="L2Clipping.Clip"/> and then <see cref="QuantiseWithin"/> give, bit for bit, in one pass over the update after
    /// the one that takes its norm: its L2 norm in steps is at most <paramref name="l2Bound"/> / <see cref="Step"/>.
    /// </summary>
    /// <param name="update">Shape [n]; stays as it is.</param>
    /// <param name="l2Bound">The clipping bound S, in the unit of the update; at least 1e-30.</param>
    /// <param name="destination">Shape [n], in steps; undefined when this throws.</param>
    /// <returns>The norm before clipping.</returns>
    /// <exception cref="UpdateRejectedException">A value is NaN or infinite, or outside the 32-bit grid when clipped.</exception>
    public double ClipAndQuantise(ReadOnlySpan<float> update, double l2Bound, Span<int> destination)
    {
        var norm = L2Clipping.FiniteNorm(update, l2Bound);
        if (L2Clipping.FactorFor(norm, l2Bound) is { } factor)
            Quantise<TowardsZero, Scaled>(update, destination, new Scaled(factor));
        else
            Quantise<TowardsZero, AsItIs>(update, destination, default);
        return norm;
    }

    private void Quantise<TRounding, TBefore>(ReadOnlySpan<float> update, Span<int> destination, TBefore before)
        where TRounding : IRounding
        where TBefore : struct, IBefore
    {
        if (update.Length != destination.Length)
            throw new ArgumentException(
                $"The update has {update.Length} values but the destination {destination.Length}; both need the same length.",
                nameof(destination));

        // A power of two scales a float exactly, and a float of 2^23 or more is an integer already: only the rounding rounds.
        var scale = (float)(1 << FractionBits);
        ref var source = ref MemoryMarshal.GetReference(update);
        ref var target = ref MemoryMarshal.GetReference(destination);
        var lowest = Vector256.Create(Lowest);
        var above = Vector256.Create(Above);
        var inside = Vector256<float>.AllBitsSet;
        var i = 0;
        for (; i <= update.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            var scaled = before.Apply(Vector256.LoadUnsafe(ref source, (nuint)i)) * scale;
            inside &= Vector256.GreaterThanOrEqual(scaled, lowest) & Vector256.LessThan(scaled, above);
            Vector256.ConvertToInt32Native(TRounding.Round(scaled)).StoreUnsafe(ref target, (nuint)i);
        }

        var accepted = inside.AsInt32() == Vector256<int>.AllBitsSet;
        for (; i < update.Length; i++)
        {
            var scaled = before.Apply(update[i]) * scale;
            accepted &= scaled >= Lowest && scaled < Above;
            destination[i] = (int)TRounding.Round(scaled);
        }

        if (!accepted)
            throw Rejection(update, scale, before);
    }

    private UpdateRejectedException Rejection<TBefore>(ReadOnlySpan<float> update, float scale, TBefore before)
        where TBefore : struct, IBefore
    {
        var index = 0;
        while (before.Apply(update[index]) * scale is >= Lowest and < Above)
            index++;
        var limit = Above * Step;
        return new UpdateRejectedException(
            $"The update's value {before.Apply(update[index]):R} at index {index} is not on the fixed-point grid; "
            + $"expected a finite number from {-limit:R} to below {limit:R} ({FractionBits} fraction bits).");
    }

    private interface IBefore
    {
        Vector256<float> Apply(Vector256<float> values);

        float Apply(float value);
    }

    private readonly struct AsItIs : IBefore
    {
        public Vector256<float> Apply(Vector256<float> values) => values;

        public float Apply(float value) => value;
    }

    private readonly struct Scaled(double factor) : IBefore
    {
        public Vector256<float> Apply(Vector256<float> values) => L2Clipping.Scaled(values, factor);

        public float Apply(float value) => L2Clipping.Scaled(value, factor);
    }

    private interface IRounding
    {
        static abstract Vector256<float> Round(Vector256<float> values);

        static abstract float Round(float value);
    }

    private readonly struct ToNearestEven : IRounding
    {
        public static Vector256<float> Round(Vector256<float> values) => Vector256.Round(values, MidpointRounding.ToEven);

        public static float Round(float value) => MathF.Round(value, MidpointRounding.ToEven);
    }

    private readonly struct TowardsZero : IRounding
    {
        public static Vector256<float> Round(Vector256<float> values) => Vector256.Truncate(values);

        public static float Round(float value) => MathF.Truncate(value);
    }
}
