namespace Cohort.Torch.Utils;

/// <summary>The elements of a tensor in row-major order, whatever its strides; those of one that is not contiguous are a
/// copy.</summary>
public sealed class TensorAccessor<T> where T : unmanaged
{
    private readonly torch.Tensor _tensor;

    internal TensorAccessor(torch.Tensor tensor) => _tensor = tensor.IsContiguous ? tensor : tensor.contiguous();

    public long Count => _tensor.numel();

    /// <exception cref="ArgumentOutOfRangeException">The tensor has no such element.</exception>
    public unsafe T this[long index]
    {
        get
        {
            if ((ulong)index >= (ulong)Count)
                throw new ArgumentOutOfRangeException(nameof(index), index, $"The tensor has {Count} elements.");
            var element = ((T*)_tensor.DataPointer)[index];
            GC.KeepAlive(_tensor);
            return element;
        }
    }

    public unsafe T[] ToArray()
    {
        var array = new ReadOnlySpan<T>((T*)_tensor.DataPointer, checked((int)Count)).ToArray();
        GC.KeepAlive(_tensor);
        return array;
    }
}
