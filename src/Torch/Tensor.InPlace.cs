using static Cohort.Torch.Native;

namespace Cohort.Torch;

public static partial class torch
{
    /// <content>Operations that change the tensor and return it, not a new one.</content>
    public partial class Tensor
    {
        public Tensor add_(Tensor target) => add_(target, 1);

        /// <summary>this += alpha * target</summary>
        public Tensor add_(Tensor target, Scalar alpha) => InPlace(cohort_add_(Handle, target.Handle, alpha), target);

        public Tensor add_(Scalar scalar) => InPlace(cohort_add_number_(Handle, scalar));

        public Tensor sub_(Tensor target) => InPlace(cohort_sub_(Handle, target.Handle, 1), target);

        public Tensor sub_(Scalar scalar) => InPlace(cohort_sub_number_(Handle, scalar));

        public Tensor mul_(Tensor target) => InPlace(cohort_mul_(Handle, target.Handle), target);

        public Tensor mul_(Scalar target) => InPlace(cohort_mul_number_(Handle, target));

        public Tensor div_(Tensor target) => InPlace(cohort_div_(Handle, target.Handle), target);

        public Tensor div_(Scalar target) => InPlace(cohort_div_number_(Handle, target));

        /// <summary>Copies the elements of a tensor that can be broadcast to this shape, converting type and device.</summary>
        public Tensor copy_(Tensor source) => InPlace(cohort_copy_(Handle, source.Handle), source);

        public Tensor zero_() => InPlace(cohort_zero_(Handle));

        internal Tensor relu_() => InPlace(cohort_relu_(Handle));

        public Tensor fill_(Scalar value) => InPlace(cohort_fill_number_(Handle, value));

        /// <summary>Limits every element to [min, max]; a bound that is null does not limit.</summary>
        public unsafe Tensor clamp_(Scalar? min = null, Scalar? max = null)
        {
            var (low, high) = (min.GetValueOrDefault(), max.GetValueOrDefault());
            return InPlace(cohort_clamp_(Handle, min is null ? null : &low, max is null ? null : &high));
        }

        /// <summary>Fills the tensor with draws from U(from, to), from the calling thread's generator if none is given.</summary>
        internal Tensor uniform_(double from, double to, Generator? generator = null) =>
            InPlace(cohort_uniform_(Handle, from, to, generator?.Handle ?? 0), generator);

        /// <summary>Fills the tensor with draws from N(mean, stddev²), from the calling thread's generator if none is
        /// given.</summary>
        internal Tensor normal_(double mean = 0.0, double stddev = 1.0, Generator? generator = null) =>
            InPlace(cohort_normal_(Handle, mean, stddev, generator?.Handle ?? 0), generator);
    }
}
