using static Cohort.Torch.Native;

namespace Cohort.Torch;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>What becomes of the losses of the samples.</summary>
        public enum Reduction
        {
            None = 0,
            Mean = 1,
            Sum = 2,
        }

        public static partial class functional
        {
            /// <summary>Log-softmax and negative log-likelihood in one.</summary>
            /// <param name="input">Logits [N, classes].</param>
            /// <param name="target">Class indices, int64 [N]; or probabilities [N, classes].</param>
            /// <param name="weight">A weight for each class.</param>
            /// <param name="ignore_index">A target that counts for nothing.</param>
            /// <param name="reduction">What becomes of the losses of the samples.</param>
            /// <param name="label_smoothing">The share of each target that is spread over all classes, 0 to 1.</param>
            public static Tensor cross_entropy(Tensor input, Tensor target, Tensor? weight = null, long ignore_index = -100,
                Reduction reduction = Reduction.Mean, double label_smoothing = 0.0) => Tensor.Result(
                cohort_cross_entropy(input.Handle, target.Handle, weight?.Handle ?? 0, ignore_index, (long)reduction,
                    label_smoothing), input, target, weight);

            /// <param name="input">Log-probabilities [N, classes].</param>
            /// <param name="target">Class indices, int64 [N].</param>
            /// <param name="weight">A weight for each class.</param>
            /// <param name="reduction">What becomes of the losses of the samples.</param>
            public static Tensor nll_loss(Tensor input, Tensor target, Tensor? weight = null,
                Reduction reduction = Reduction.Mean) => Tensor.Result(
                cohort_nll_loss(input.Handle, target.Handle, weight?.Handle ?? 0, (long)reduction), input, target, weight);

            public static Tensor mse_loss(Tensor input, Tensor target, Reduction reduction = Reduction.Mean) =>
                Tensor.Result(cohort_mse_loss(input.Handle, target.Handle, (long)reduction), input, target);
        }
    }
}
