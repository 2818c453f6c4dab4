namespace Cohort.Torch;

/// <summary>One operation on tensors, as it was called.</summary>
/// <param name="Name">PyTorch's name of it: "conv2d".</param>
/// <param name="Inputs">In PyTorch's order; null for one that was left out.</param>
/// <param name="Result">What it made; an object of its own, and perhaps freed since.</param>
/// <param name="InputShape">Of the first input.</param>
/// <param name="ResultShape">Of the result.</param>
/// <param name="Settings">Numbers by PyTorch's names of them: <see cref="long"/>, arrays of them, <see cref="double"/> or <see cref="bool"/>.</param>
public sealed record TracedOperation(
    string Name,
    IReadOnlyList<torch.Tensor?> Inputs,
    torch.Tensor Result,
    IReadOnlyList<long> InputShape,
    IReadOnlyList<long> ResultShape,
    IReadOnlyDictionary<string, object> Settings);

public static partial class torch
{
    /// <summary>
    /// Writes down which operations a function calls on this thread, as torch.jit.trace does. Those that networks are made of tell of
    /// themselves; a tensor that another one made appears as an input that nothing in the trace has made.
    /// </summary>
    public sealed class Trace
    {
        [ThreadStatic]
        private static Trace? s_active;

        private readonly List<TracedOperation> _operations = [];

        private Trace()
        {
        }

        /// <summary>The trace that is written on this thread; mostly null.</summary>
        internal static Trace? Active => s_active;

        /// <summary>The operations that a function calls, in order.</summary>
        public static IReadOnlyList<TracedOperation> Of(Action function)
        {
            var outer = s_active;
            var trace = new Trace();
            s_active = trace;
            try
            {
                function();
            }
            finally
            {
                s_active = outer;
            }

            return trace._operations;
        }

        /// <returns>The result.</returns>
        internal Tensor Add(string name, Tensor result, Tensor?[] inputs, params ReadOnlySpan<(string Name, object Value)> settings)
        {
            var named = new Dictionary<string, object>(StringComparer.Ordinal);
            foreach (var (setting, value) in settings) named.Add(setting, value);
            _operations.Add(new(name, inputs, result, inputs[0]!.shape, result.shape, named));
            return result;
        }
    }
}
