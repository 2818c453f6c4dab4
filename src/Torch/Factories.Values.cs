using System.Runtime.InteropServices;

namespace Cohort.Torch;

/// <content>Tensors with a copy of values of each element type: one value, a vector, an array in a given shape, a
/// matrix.</content>
public static partial class torch
{
    public static Tensor tensor(float scalar, Device? device = null, bool requires_grad = false) =>
        Copy(new ReadOnlySpan<float>(in scalar), [], null, device, requires_grad);

    public static Tensor tensor(float[] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Copy(rawArray.AsSpan(), [rawArray.LongLength], dtype, device, requires_grad);

    public static Tensor tensor(float[] rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false) => Copy(rawArray.AsSpan(), dimensions, dtype, device, requires_grad);

    public static Tensor tensor(float[,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Copy(Elements<float>(rawArray), [rawArray.GetLongLength(0), rawArray.GetLongLength(1)], dtype, device, requires_grad);

    public static Tensor tensor(double scalar, Device? device = null, bool requires_grad = false) =>
        Copy(new ReadOnlySpan<double>(in scalar), [], null, device, requires_grad);

    public static Tensor tensor(double[] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Copy(rawArray.AsSpan(), [rawArray.LongLength], dtype, device, requires_grad);

    public static Tensor tensor(double[] rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false) => Copy(rawArray.AsSpan(), dimensions, dtype, device, requires_grad);

    public static Tensor tensor(double[,] rawArray, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false) =>
        Copy(Elements<double>(rawArray), [rawArray.GetLongLength(0), rawArray.GetLongLength(1)], dtype, device, requires_grad);

    public static Tensor tensor(long scalar, Device? device = null, bool requires_grad = false) =>
        Copy(new ReadOnlySpan<long>(in scalar), [], null, device, requires_grad);

    public static Tensor tensor(long[] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Copy(rawArray.AsSpan(), [rawArray.LongLength], dtype, device, requires_grad);

    public static Tensor tensor(long[] rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false) => Copy(rawArray.AsSpan(), dimensions, dtype, device, requires_grad);

    public static Tensor tensor(int[] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Copy(rawArray.AsSpan(), [rawArray.LongLength], dtype, device, requires_grad);

    public static Tensor tensor(bool scalar, Device? device = null, bool requires_grad = false) =>
        Copy(new ReadOnlySpan<bool>(in scalar), [], null, device, requires_grad);

    public static Tensor tensor(bool[] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Copy(rawArray.AsSpan(), [rawArray.LongLength], dtype, device, requires_grad);

    private static ReadOnlySpan<T> Elements<T>(Array array) =>
        MemoryMarshal.CreateReadOnlySpan(ref System.Runtime.CompilerServices.Unsafe.As<byte, T>(
            ref MemoryMarshal.GetArrayDataReference(array)), array.Length);

    private static Tensor Copy<T>(ReadOnlySpan<T> values, ReadOnlySpan<long> shape, ScalarType? dtype, Device? device,
        bool requires_grad) where T : unmanaged
    {
        var count = 1L;
        foreach (var length in shape) count *= length;
        if (count != values.Length)
            throw new ArgumentException(
                $"An array of {values.Length} elements cannot have the shape [{string.Join("x", shape.ToArray())}].");

        var source = ElementType<T>();
        var tensor = empty(shape, source);
        values.CopyTo(MemoryMarshal.Cast<byte, T>(tensor.bytes));
        if ((dtype ?? source) != source || device is { type: not DeviceType.CPU })
        {
            using var original = tensor;
            tensor = original.to(dtype ?? source, device ?? CPU);
        }

        return requires_grad ? tensor.requires_grad_() : tensor;
    }
}
