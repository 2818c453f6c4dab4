using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Cohort.Federation;

/// <summary>
/// Sums of squares in double, in one order on every processor: blocks of <see cref="Block"/> coordinates one after the other, in each
/// sixteen partial sums whatever the vector's width.
/// </summary>
internal static class FixedOrderSum
{
    public const int Block = 512;

    /// <summary>|a - b|^2 of two blocks.</summary>
    /// <param name="a">Shape [<see cref="Block"/>]; a shorter rest is filled with zeros.</param>
    /// <param name="b">Likewise.</param>
    public static double SquaredDistance(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        ref var left = ref MemoryMarshal.GetReference(a);
        ref var right = ref MemoryMarshal.GetReference(b);
        Vector256<double> sum0 = default, sum1 = default, sum2 = default, sum3 = default;
        for (nuint i = 0; i < Block; i += 16)
        {
            var x0 = Vector256.LoadUnsafe(ref left, i) - Vector256.LoadUnsafe(ref right, i);
            var x1 = Vector256.LoadUnsafe(ref left, i + 4) - Vector256.LoadUnsafe(ref right, i + 4);
            var x2 = Vector256.LoadUnsafe(ref left, i + 8) - Vector256.LoadUnsafe(ref right, i + 8);
            var x3 = Vector256.LoadUnsafe(ref left, i + 12) - Vector256.LoadUnsafe(ref right, i + 12);
            sum0 += x0 * x0;
            sum1 += x1 * x1;
            sum2 += x2 * x2;
            sum3 += x3 * x3;
        }

        var sum = (sum0 + sum1) + (sum2 + sum3);
        return (sum[0] + sum[1]) + (sum[2] + sum[3]);
    }

    /// <summary>The block of an update that begins at this coordinate, exactly, and zeros behind its end.</summary>
    public static void Widen(ReadOnlySpan<int> update, int first, Span<double> block)
    {
        var values = update.Slice(first, Math.Min(Block, update.Length - first));
        block[values.Length..Block].Clear();
        var i = 0;
        if (Avx.IsSupported)
        {
            ref var source = ref MemoryMarshal.GetReference(values);
            ref var target = ref MemoryMarshal.GetReference(block);
            for (; i <= values.Length - 4; i += 4)
                Avx.ConvertToVector256Double(Vector128.LoadUnsafe(ref source, (nuint)i)).StoreUnsafe(ref target, (nuint)i);
        }

        for (; i < values.Length; i++)
            block[i] = values[i];
    }

    /// <summary>sum += factor * block, coordinate by coordinate.</summary>
    public static void Add(Span<double> sum, double factor, ReadOnlySpan<double> block)
    {
        var to = MemoryMarshal.Cast<double, Vector<double>>(sum);
        var from = MemoryMarshal.Cast<double, Vector<double>>(block);
        for (var i = 0; i < to.Length; i++)
            to[i] += from[i] * factor;
    }
}
