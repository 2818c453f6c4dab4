using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Cohort.Clustering.RabbitMq.Wire;

/// <summary>
/// 64-bit integers that fit fewer bytes travel in fewer: of each the low bytes, little-endian, its sign in the highest of them.
/// Exact, and at the speed of memory: a group's sum, whose values are far from 2^63, shrinks to a half or less, which no general
/// compressor reaches at a network's speed (docs/cluster.md, Compression).
/// </summary>
internal static class NarrowIntegers
{
    /// <summary>Bytes of a value as actors hold it.</summary>
    public const int Wide = sizeof(long);

    /// <summary>Above this width, copying costs more than the bytes saved are worth.</summary>
    public const int Widest = 6;

    /// <summary>After so many values it is known of other numbers that they are none of these.</summary>
    private const int Block = 1024;

    /// <summary>
    /// Bytes that each of the values needs; 0 where they are to travel as they are. Of float32 numbers the first block says so.
    /// </summary>
    public static int WidthOf(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length % Wide != 0)
        {
            return 0;
        }

        var values = MemoryMarshal.Cast<byte, long>(bytes);
        var width = 1;
        while (!values.IsEmpty && width <= Widest)
        {
            var block = values[..Math.Min(Block, values.Length)];
            values = values[block.Length..];
            width = Math.Max(width, (64 + 8 - BitOperations.LeadingZeroCount(BitsIn(block))) / 8); // one bit more, for the sign
        }

        return width <= Widest ? width : 0;
    }

    /// <summary>The low bytes of each value.</summary>
    public static ReadOnlyMemory<byte> Narrow(ReadOnlySpan<byte> bytes, int width)
    {
        var values = MemoryMarshal.Cast<byte, long>(bytes);
        // Each value is stored whole, and its high bytes make room for the next; the last ones need a little more.
        var narrow = GC.AllocateUninitializedArray<byte>(checked((values.Length * width) + Wide));
        ref var target = ref MemoryMarshal.GetArrayDataReference(narrow);
        for (var i = 0; i < values.Length; i++)
        {
            Unsafe.WriteUnaligned(ref Unsafe.Add(ref target, i * width), values[i]);
        }

        return narrow.AsMemory(0, values.Length * width);
    }

    /// <summary>Widens in place: the narrow values lie at the end of <paramref name="bytes"/>, and fill it afterwards.</summary>
    public static void Widen(Span<byte> bytes, int width)
    {
        var values = MemoryMarshal.Cast<byte, long>(bytes);
        ref var source = ref MemoryMarshal.GetReference(bytes);
        var shift = 8 * (Wide - width);
        var end = bytes.Length - (values.Length * width);
        for (var i = 0; i < values.Length; i++)
        {
            // The eight bytes that end where the value ends; those before it are shifted out. No value is overwritten unread,
            // since with every value the gap between what is written and what is read shrinks by (8 - width) down to none.
            end += width;
            values[i] = Unsafe.ReadUnaligned<long>(ref Unsafe.Add(ref source, end - Wide)) >> shift;
        }
    }

    /// <summary>All bits in which any value differs from its sign.</summary>
    private static ulong BitsIn(ReadOnlySpan<long> values)
    {
        var bits = Vector<long>.Zero;
        var vectors = MemoryMarshal.Cast<long, Vector<long>>(values);
        foreach (var vector in vectors)
        {
            bits |= vector ^ (vector >> 63);
        }

        var all = 0L;
        for (var lane = 0; lane < Vector<long>.Count; lane++)
        {
            all |= bits[lane];
        }

        foreach (var value in values[(vectors.Length * Vector<long>.Count)..])
        {
            all |= value ^ (value >> 63);
        }

        return (ulong)all;
    }
}
