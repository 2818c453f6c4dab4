using System.Runtime.InteropServices;
using Google.Protobuf;

namespace Cohort.Messages;

/// <summary>
/// Numbers in and out of protobuf <c>bytes</c> fields: raw, little-endian, without a copy where ownership allows.
/// </summary>
public static class Tensors
{
    /// <summary>Wraps an array that nobody writes to any more.</summary>
    public static ByteString Wrap<T>(T[] values)
        where T : unmanaged
        => UnsafeByteOperations.UnsafeWrap(new UnmanagedMemory<T>(values).Memory);

    /// <summary>Reads a field as numbers, in place.</summary>
    /// <exception cref="InvalidDataException">The field does not hold exactly <paramref name="length"/> values.</exception>
    public static ReadOnlySpan<T> Read<T>(ByteString field, int length, string name)
        where T : unmanaged
    {
        var values = MemoryMarshal.Cast<byte, T>(field.Span);
        if (values.Length != length || field.Length % Marshal.SizeOf<T>() != 0)
        {
            throw new InvalidDataException(
                $"{name} holds {field.Length} bytes, expected {length} values of {typeof(T).Name}; "
                + "the sender trains another network.");
        }

        return values;
    }

    /// <summary>A byte view of an array of numbers, which protobuf can hold without copying.</summary>
    private sealed class UnmanagedMemory<T>(T[] values) : System.Buffers.MemoryManager<byte>
        where T : unmanaged
    {
        public override Span<byte> GetSpan() => MemoryMarshal.AsBytes(values.AsSpan());

        public override unsafe System.Buffers.MemoryHandle Pin(int elementIndex = 0)
        {
            var handle = GCHandle.Alloc(values, GCHandleType.Pinned);
            return new System.Buffers.MemoryHandle((byte*)handle.AddrOfPinnedObject() + elementIndex, handle, this);
        }

        public override void Unpin()
        {
            // The handle given out by Pin frees itself.
        }

        protected override void Dispose(bool disposing)
        {
        }
    }
}
