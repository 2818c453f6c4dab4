using static Cohort.Torch.Native;

namespace Cohort.Torch;

public static partial class torch
{
    public static class autograd
    {
        /// <summary>
        /// The gradient of the outputs with respect to each of the inputs, summed over the outputs. Nothing is added to
        /// <see cref="Tensor.grad"/>.
        /// </summary>
        /// <param name="outputs">What is differentiated.</param>
        /// <param name="inputs">What the outputs were computed from: leaves that require gradients, or results in
        /// between.</param>
        /// <param name="grad_outputs">A weight for each element of each output, in its shape; without them every output has one
        /// element, which weighs 1.</param>
        /// <param name="retain_graph">Whether the record of the outputs is kept for another derivative.</param>
        /// <param name="create_graph">Whether the gradients are recorded in their turn, for derivatives of higher order; what
        /// they share with the outputs' record is only there if that is kept too.</param>
        /// <param name="allow_unused">Whether an input may have no part in the outputs; its gradient is then a tensor with
        /// <see cref="Tensor.IsInvalid"/>.</param>
        /// <returns>A gradient for each input, in its shape.</returns>
        /// <exception cref="System.Runtime.InteropServices.ExternalException">An input is not used, or the record is
        /// gone.</exception>
        public static unsafe IList<Tensor> grad(IList<Tensor> outputs, IList<Tensor> inputs, IList<Tensor>? grad_outputs = null,
            bool retain_graph = false, bool create_graph = false, bool allow_unused = false)
        {
            if (grad_outputs is not null && grad_outputs.Count != outputs.Count)
                throw new ArgumentException($"{outputs.Count} outputs cannot have {grad_outputs.Count} weights: give one for each.",
                    nameof(grad_outputs));

            var (from, to, weights) = (Handles(outputs), Handles(inputs), grad_outputs is null ? null : Handles(grad_outputs));
            var results = new nint[to.Length];
            fixed (nint* o = from, i = to, w = weights, r = results)
                Check(cohort_autograd_grad(o, from.Length, i, to.Length, w, retain_graph ? 1 : 0, create_graph ? 1 : 0,
                    allow_unused ? 1 : 0, r));
            GC.KeepAlive(outputs);
            GC.KeepAlive(inputs);
            GC.KeepAlive(grad_outputs);
            return [.. results.Select(handle => new Tensor(handle))];
        }
    }
}
