using System.Runtime.InteropServices;
using static Cohort.Torch.Native;

namespace Cohort.Torch;

public static partial class torch
{
    /// <summary>
    /// A vector over the memory of an array: no copy, and each sees what the other writes. The array stays pinned until the
    /// last tensor that shares its memory is freed. A dtype other than the array's makes a converted copy.
    /// </summary>
    /// <param name="rawArray">An array of any rank, of a type that tensors have.</param>
    /// <param name="dtype">The type of the tensor's elements.</param>
    /// <param name="count">The number of elements, or -1 for all from the offset on.</param>
    /// <param name="offset">The first element, in row-major order.</param>
    /// <param name="requires_grad">Whether operations on the tensor are recorded for gradients.</param>
    /// <exception cref="ArgumentException">The array has no such elements.</exception>
    public static unsafe Tensor frombuffer(Array rawArray, ScalarType dtype, long count = -1, long offset = 0,
        bool requires_grad = false)
    {
        var available = rawArray.LongLength - offset;
        if (count < 0) count = available;
        if (offset < 0 || available <= 0 || count > available)
            throw new ArgumentException(
                $"An array of {rawArray.LongLength} elements has no {count} elements from position {offset} on.");

        var element = ElementType(rawArray.GetType().GetElementType()!);
        var converts = element != dtype;
        var pin = GCHandle.Alloc(rawArray, GCHandleType.Pinned);
        var address = pin.AddrOfPinnedObject() + (nint)(offset * Buffer.ByteLength(rawArray) / Math.Max(1, rawArray.LongLength));
        var handle = cohort_from_blob((void*)address, &count, 1, (int)element, requires_grad && !converts ? 1 : 0, &Unpin,
            GCHandle.ToIntPtr(pin));
        if (handle == 0) pin.Free();
        var shared = Tensor.Result(handle);
        if (!converts) return shared;
        using (shared) return shared.to(dtype).requires_grad_(requires_grad);
    }

    [UnmanagedCallersOnly]
    private static void Unpin(nint pin) => GCHandle.FromIntPtr(pin).Free();
}
