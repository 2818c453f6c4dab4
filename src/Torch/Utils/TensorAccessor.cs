using System.Collections;

namespace Cohort.Torch.Utils;

/// <summary>The elements of a tensor in row-major order, whatever its strides.</summary>
/// <remarks>A tensor that is not contiguous is read through a contiguous copy; writing needs a contiguous one.</remarks>
public sealed class TensorAccessor<T> : IEnumerable<T> where T : unmanaged
{
    private readonly torch.Tensor _tensor;
    private readonly bool _isCopy;

    internal TensorAccessor(torch.Tensor tensor)
    {
        _isCopy = !tensor.is_contiguous();
        _tensor = _isCopy ? tensor.contiguous() : tensor;
    }

    public long Count => _tensor.NumberOfElements;

    /// <exception cref="ArgumentOutOfRangeException">The tensor has no such element.</exception>
    /// <exception cref="InvalidOperationException">Written, and the tensor is not contiguous.</exception>
    public unsafe T this[long index]
    {
        get => *Element(index);
        set
        {
            if (_isCopy) throw new InvalidOperationException("Only a contiguous tensor can be written by position.");
            *Element(index) = value;
        }
    }

    public T[] ToArray()
    {
        var array = new T[Count];
        CopyTo(array);
        return array;
    }

    /// <param name="array">Where the elements go.</param>
    /// <param name="arrayIndex">Where the first one goes.</param>
    /// <param name="tensorIndex">The first element to copy.</param>
    public unsafe void CopyTo(T[] array, int arrayIndex = 0, long tensorIndex = 0)
    {
        var count = checked((int)(Count - tensorIndex));
        new ReadOnlySpan<T>((T*)_tensor.DataPointer + tensorIndex, count).CopyTo(array.AsSpan(arrayIndex));
        GC.KeepAlive(_tensor);
    }

    public IEnumerator<T> GetEnumerator()
    {
        for (long i = 0; i < Count; i++) yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private unsafe T* Element(long index)
    {
        if ((ulong)index >= (ulong)Count)
            throw new ArgumentOutOfRangeException(nameof(index), index, $"The tensor has {Count} elements.");
        return (T*)_tensor.DataPointer + index;
    }
}
