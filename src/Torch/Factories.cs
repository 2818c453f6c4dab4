using static Cohort.Torch.Native;

namespace Cohort.Torch;

public static partial class torch
{
    public static Tensor zeros(ReadOnlySpan<long> size, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false) =>
        full(size, dtype is null ? 0.0 : 0, dtype, device, requires_grad);

    public static Tensor zeros(long size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        zeros([size], dtype, device, requires_grad);

    public static Tensor ones(ReadOnlySpan<long> size, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false) =>
        full(size, dtype is null ? 1.0 : 1, dtype, device, requires_grad);

    public static Tensor ones(long size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        ones([size], dtype, device, requires_grad);

    public static Tensor ones(long rows, long columns, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false) =>
        ones([rows, columns], dtype, device, requires_grad);

    /// <summary>A tensor whose elements are whatever the memory held.</summary>
    public static unsafe Tensor empty(ReadOnlySpan<long> size, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false)
    {
        device ??= CPU;
        fixed (long* lengths = size)
            return Tensor.Result(cohort_empty(lengths, size.Length, (int)(dtype ?? ScalarType.Float32), (int)device.type,
                device.index, requires_grad ? 1 : 0));
    }

    /// <summary>A tensor whose elements are all the same; without a type, float32 for a fraction and int64 for a whole
    /// number.</summary>
    public static unsafe Tensor full(ReadOnlySpan<long> size, Scalar value, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false)
    {
        device ??= CPU;
        var type = dtype ?? (value.IsFloating ? ScalarType.Float32 : ScalarType.Int64);
        fixed (long* lengths = size)
            return Tensor.Result(cohort_full(lengths, size.Length, value, (int)type, (int)device.type, device.index,
                requires_grad ? 1 : 0));
    }

    /// <summary>0, 1, 2, ... up to but without stop.</summary>
    public static Tensor arange(Scalar stop, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        arange(0, stop, 1, dtype, device, requires_grad);

    /// <summary>start, start + 1, ... up to but without stop.</summary>
    public static Tensor arange(Scalar start, Scalar stop, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false) => arange(start, stop, 1, dtype, device, requires_grad);

    /// <summary>start, start + step, ... up to but without stop; without a type, int64 if all three are whole.</summary>
    public static Tensor arange(Scalar start, Scalar stop, Scalar step, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false)
    {
        device ??= CPU;
        var whole = !start.IsFloating && !stop.IsFloating && !step.IsFloating;
        return Tensor.Result(cohort_arange(start, stop, step, (int)(dtype ?? (whole ? ScalarType.Int64 : ScalarType.Float32)),
            (int)device.type, device.index, requires_grad ? 1 : 0));
    }
}
