using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Cohort.Federation;

/// <summary>
/// The server's step: the model plus the learning rate times the weighted mean of the updates (McMahan et al. 2017, Algorithm 1,
/// as the server optimiser SGD of Reddi et al. 2021, "Adaptive Federated Optimization", Algorithm 1).
/// </summary>
public static class FederatedAveraging
{
    /// <summary>
    /// result = model + eta * sum / weight * step, computed in double and rounded once per element.
    /// With eta = 1 this is federated averaging.
    /// </summary>
    /// <param name="model">Shape [n].</param>
    /// <param name="sum">The updates' weighted sum, shape [n], in steps of the grid.</param>
    /// <param name="grid">The grid on which the updates were quantised.</param>
    /// <param name="serverLearningRate">eta of Reddi et al., a finite positive number.</param>
    /// <param name="result">Shape [n]; may be the model itself. Undefined when this throws.</param>
    /// <exception cref="InvalidOperationException">The sum has weight 0: nobody took part.</exception>
    /// <exception cref="ArithmeticException">A value of the result is not a finite number.</exception>
    public static void Apply(
        ReadOnlySpan<float> model, ExactSum sum, FixedPointGrid grid, double serverLearningRate, Span<float> result)
    {
        ArgumentNullException.ThrowIfNull(sum);
        Apply(model, sum.Values, sum.Weight, grid, serverLearningRate, result);
    }

    /// <inheritdoc cref="Apply(ReadOnlySpan{float}, ExactSum, FixedPointGrid, double, Span{float})"/>
    /// <param name="values">The updates' weighted sum, shape [n], in steps of the grid.</param>
    /// <param name="weight">What the sum is divided by, above 0: the sum of all weights, or what was expected of them.</param>
#pragma warning disable CS1573 // The others are inherited.
    public static void Apply(
        ReadOnlySpan<float> model,
        ReadOnlySpan<long> values,
        double weight,
        FixedPointGrid grid,
        double serverLearningRate,
        Span<float> result)
#pragma warning restore CS1573
    {
        Require(model.Length, values.Length, weight, grid, serverLearningRate, result.Length);
        var scale = serverLearningRate * grid.Step;
        ref var sum = ref MemoryMarshal.GetReference(values);
        ref var before = ref MemoryMarshal.GetReference(model);
        ref var after = ref MemoryMarshal.GetReference(result);
        var i = 0;
        for (; i <= result.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            var (lower, upper) = Vector256.Widen(Vector256.LoadUnsafe(ref before, (nuint)i));
            lower += Mean(ref sum, i, weight) * scale;
            upper += Mean(ref sum, i + 4, weight) * scale;
            Vector256.Narrow(lower, upper).StoreUnsafe(ref after, (nuint)i);
        }

        for (; i < result.Length; i++)
            result[i] = (float)(model[i] + (values[i] / weight * scale));
        RequireFinite(result);
    }

    // A quotient, not a product with 1/weight: when all participants agree the mean is exactly what they sent.
    private static Vector256<double> Mean(ref long values, int index, double weight) =>
        Vector256.ConvertToDouble(Vector256.LoadUnsafe(ref values, (nuint)index)) / weight;

    internal static void RequireFinite(ReadOnlySpan<float> result)
    {
        // x - x is zero for finite x only.
        ref var values = ref MemoryMarshal.GetReference(result);
        var zero = Vector256<float>.Zero;
        var i = 0;
        for (; i <= result.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            var value = Vector256.LoadUnsafe(ref values, (nuint)i);
            zero += value - value;
        }

        if (zero != Vector256<float>.Zero)
            i = 0;
        for (; i < result.Length; i++)
        {
            if (!float.IsFinite(result[i]))
                throw new ArithmeticException(
                    $"The averaged model's value at index {i} is {result[i]:R}; "
                    + "check the model for NaN and the server learning rate.");
        }
    }

    internal static void Require(int model, int sum, double weight, FixedPointGrid grid, double serverLearningRate, int result)
    {
        ArgumentNullException.ThrowIfNull(grid);
        if (!(double.IsFinite(serverLearningRate) && serverLearningRate > 0))
            throw new ArgumentOutOfRangeException(
                nameof(serverLearningRate), serverLearningRate, "The server learning rate is a finite number above 0.");
        if (model != sum || model != result)
            throw new ArgumentException(
                $"The model has {model} values, the sum {sum} and the result {result}; all need the same length.");
        if (!(weight > 0))
            throw new InvalidOperationException("The sum has weight 0: nobody took part. Leave the model as it is.");
    }
}
