using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Cohort.Federation;

/// <summary>
/// A weighted sum of quantised updates in 64-bit integers: exact, hence the same in whatever order and tree it is added up.
/// It cannot overflow: a bound on every |value| is kept, and an addition that would carry it past 2^63 is refused whole.
/// </summary>
public sealed class ExactSum
{
    private const long LargestWeight = int.MaxValue;
    private const ulong LargestQuantised = 1UL << 31;

    private readonly long[] _values;
    private ulong _bound;

    /// <param name="length">Number of values n in each update.</param>
    public ExactSum(int length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        _values = new long[length];
    }

    /// <summary>The sum of all weights (samples trained on), at most 2^31 - 1.</summary>
    public long Weight { get; private set; }

    /// <summary>How many participants the sum holds.</summary>
    public int Count { get; private set; }

    /// <summary>Shape [n]: the sum of weight times update, in steps of the grid.</summary>
    public ReadOnlySpan<long> Values => _values;

    /// <summary>Adds one participant's update, weight times quantised.</summary>
    /// <param name="quantised">Shape [n], in steps of the grid.</param>
    /// <param name="weight">The participant's number of samples, at least 1.</param>
    /// <exception cref="OverflowException">The total weight would pass 2^31 - 1; nothing was added.</exception>
    public void Add(ReadOnlySpan<int> quantised, int weight)
    {
        RequireLength(quantised.Length);
        ArgumentOutOfRangeException.ThrowIfLessThan(weight, 1);
        Reserve((ulong)weight * LargestQuantised, weight, 1);

        ref var source = ref MemoryMarshal.GetReference(quantised);
        ref var sum = ref MemoryMarshal.GetArrayDataReference(_values);
        var factor = Vector256.Create((long)weight);
        var i = 0;
        for (; i <= quantised.Length - Vector256<int>.Count; i += Vector256<int>.Count)
        {
            var (lower, upper) = Vector256.Widen(Vector256.LoadUnsafe(ref source, (nuint)i));
            (Vector256.LoadUnsafe(ref sum, (nuint)i) + Product(lower, factor)).StoreUnsafe(ref sum, (nuint)i);
            (Vector256.LoadUnsafe(ref sum, (nuint)i + 4) + Product(upper, factor)).StoreUnsafe(ref sum, (nuint)i + 4);
        }

        for (; i < quantised.Length; i++)
            _values[i] += (long)quantised[i] * weight;
    }

    /// <summary>Adds a sum that arrived from elsewhere, such as a combiner's.</summary>
    /// <param name="values">Shape [n], in steps of the grid, already multiplied by the weights.</param>
    /// <param name="weight">The weights in it, at least 1.</param>
    /// <param name="participants">The participants in it, at least 1.</param>
    /// <exception cref="OverflowException">The total weight or a value could pass its range; nothing was added.</exception>
    public void Add(ReadOnlySpan<long> values, long weight, int participants)
    {
        RequireLength(values.Length);
        ArgumentOutOfRangeException.ThrowIfLessThan(weight, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(participants, 1);
        Reserve(LargestMagnitude(values), weight, participants);
        AddValues(values);
    }

    /// <summary>Adds another sum, which may be empty.</summary>
    /// <exception cref="OverflowException">The total weight or a value could pass its range; nothing was added.</exception>
    public void Add(ExactSum other)
    {
        ArgumentNullException.ThrowIfNull(other);
        RequireLength(other._values.Length);
        Reserve(other._bound, other.Weight, other.Count);
        AddValues(other._values);
    }

    /// <summary>Makes room for noise of at most the given magnitude and hands out the values to add it to.</summary>
    internal Span<long> ReserveNoise(ulong magnitude)
    {
        Reserve(magnitude, 0, 0);
        return _values;
    }

    private void Reserve(ulong magnitude, long weight, int participants)
    {
        if (weight > LargestWeight - Weight)
            throw new OverflowException(
                $"A sum of weight {Weight} cannot take {weight} more: the total may not pass {LargestWeight}, "
                + "so that no value can overflow. Use smaller weights.");
        if (magnitude > long.MaxValue - _bound)
            throw new OverflowException(
                $"A sum whose values reach up to {_bound} steps cannot take {magnitude} more: the total may not pass 2^63 - 1. "
                + "Check the sender's values and the noise's standard deviation.");
        Count = checked(Count + participants);
        Weight += weight;
        _bound += magnitude;
    }

    private void AddValues(ReadOnlySpan<long> values)
    {
        ref var source = ref MemoryMarshal.GetReference(values);
        ref var sum = ref MemoryMarshal.GetArrayDataReference(_values);
        var i = 0;
        for (; i <= values.Length - Vector<long>.Count; i += Vector<long>.Count)
            (Vector.LoadUnsafe(ref sum, (nuint)i) + Vector.LoadUnsafe(ref source, (nuint)i)).StoreUnsafe(ref sum, (nuint)i);
        for (; i < values.Length; i++)
            _values[i] += values[i];
    }

    private static ulong LargestMagnitude(ReadOnlySpan<long> values)
    {
        ref var source = ref MemoryMarshal.GetReference(values);
        var least = Vector<long>.Zero;
        var most = Vector<long>.Zero;
        var i = 0;
        for (; i <= values.Length - Vector<long>.Count; i += Vector<long>.Count)
        {
            var value = Vector.LoadUnsafe(ref source, (nuint)i);
            least = Vector.Min(least, value);
            most = Vector.Max(most, value);
        }

        long lowest = 0, highest = 0;
        for (var lane = 0; lane < Vector<long>.Count; lane++)
        {
            lowest = Math.Min(lowest, least[lane]);
            highest = Math.Max(highest, most[lane]);
        }

        for (; i < values.Length; i++)
        {
            lowest = Math.Min(lowest, values[i]);
            highest = Math.Max(highest, values[i]);
        }

        return Math.Max((ulong)highest, unchecked(0UL - (ulong)lowest));
    }

    // Both factors fit in 32 bits; without AVX-512 there is no 64-bit vector product, but one of 32 x 32 to 64 bits.
    private static Vector256<long> Product(Vector256<long> values, Vector256<long> factor) =>
        Avx2.IsSupported ? Avx2.Multiply(values.AsInt32(), factor.AsInt32()) : values * factor;

    private void RequireLength(int length)
    {
        if (length != _values.Length)
            throw new ArgumentException(
                $"The sum holds updates of {_values.Length} values but got one of {length}; send updates of the round's model.");
    }
}
