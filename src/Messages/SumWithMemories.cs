using System.Runtime.InteropServices;
using Google.Protobuf;

namespace Cohort.Messages;

/// <summary>
/// The <c>sum</c> field of <see cref="PartialSum"/> and <see cref="GroupUpdate"/>: a sum of int64 values, and behind it, where students
/// remember, what each participant remembers, all equally long.
/// </summary>
public static class SumWithMemories
{
    /// <summary>Bytes of the field; 0 where nobody takes part.</summary>
    /// <param name="values">Of the sum.</param>
    /// <param name="participants">Whose updates are in it.</param>
    /// <param name="memory">Bytes that one of them remembers; 0 where students remember nothing.</param>
    public static long LengthOf(int values, int participants, int memory)
        => participants == 0 ? 0 : (sizeof(long) * (long)values) + ((long)participants * memory);

    /// <param name="sum">Nobody writes to it any more.</param>
    /// <param name="memories">In the order of the participants; none where students remember nothing.</param>
    public static ByteString Join(long[] sum, IReadOnlyCollection<ReadOnlyMemory<byte>> memories)
    {
        if (memories.Count == 0)
        {
            return Tensors.Wrap(sum);
        }

        var joined = new byte[checked((sizeof(long) * sum.Length) + memories.Sum(memory => memory.Length))];
        MemoryMarshal.AsBytes(sum.AsSpan()).CopyTo(joined);
        var end = sizeof(long) * sum.Length;
        foreach (var memory in memories)
        {
            memory.CopyTo(joined.AsMemory(end));
            end += memory.Length;
        }

        return UnsafeByteOperations.UnsafeWrap(joined);
    }

    /// <summary>The sum, in place.</summary>
    /// <param name="field">At least as long as the sum.</param>
    /// <param name="values">How many it has.</param>
    public static ReadOnlySpan<long> SumIn(ByteString field, int values)
        => MemoryMarshal.Cast<byte, long>(field.Span[..(sizeof(long) * values)]);

    /// <summary>What one participant remembers, in place.</summary>
    /// <param name="field">Of the length that <see cref="LengthOf"/> says.</param>
    /// <param name="values">Of the sum.</param>
    /// <param name="place">Which participant, counted from 0 in their order.</param>
    /// <param name="memory">Bytes that one of them remembers.</param>
    public static ReadOnlyMemory<byte> MemoryIn(ByteString field, int values, int place, int memory)
        => field.Memory.Slice((sizeof(long) * values) + (place * memory), memory);
}
