using static Cohort.Torch.Native;

namespace Cohort.Torch;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor sum() => Result(cohort_sum(Handle), this);

        public unsafe Tensor sum(long dim, bool keepdim = false) =>
            Result(cohort_sum_dims(Handle, &dim, 1, keepdim ? 1 : 0), this);

        public unsafe Tensor sum(long[] dim, bool keepdim = false)
        {
            fixed (long* list = dim) return Result(cohort_sum_dims(Handle, list, dim.Length, keepdim ? 1 : 0), this);
        }

        public Tensor mean() => Result(cohort_mean(Handle), this);

        public unsafe Tensor mean(long[] dimensions, bool keepdim = false)
        {
            fixed (long* list = dimensions) return Result(cohort_mean_dims(Handle, list, dimensions.Length, keepdim ? 1 : 0),
                this);
        }

        public Tensor max() => Result(cohort_max(Handle), this);

        public unsafe (Tensor values, Tensor indexes) max(long dim, bool keepdim = false)
        {
            nint indices = 0;
            var values = Result(cohort_max_dim(Handle, dim, keepdim ? 1 : 0, &indices), this);
            Trace.Active?.Add("max", values, [this], ("dim", dim), ("keepdim", keepdim));
            return (values, new Tensor(indices));
        }

        public Tensor min() => Result(cohort_min(Handle), this);

        public unsafe (Tensor values, Tensor indexes) min(long dim, bool keepdim = false)
        {
            nint indices = 0;
            var values = Result(cohort_min_dim(Handle, dim, keepdim ? 1 : 0, &indices), this);
            return (values, new Tensor(indices));
        }

        /// <summary>The position of the greatest element in row-major order.</summary>
        public Tensor argmax() => Result(cohort_argmax(Handle), this);

        /// <summary>The positions of the greatest elements along a dimension.</summary>
        public Tensor argmax(long dim, bool keepdim = false) => Result(cohort_argmax_dim(Handle, dim, keepdim ? 1 : 0), this);

        /// <summary>True if no element is zero.</summary>
        public Tensor all() => Result(cohort_all(Handle), this);

        /// <summary>The p-norm of all elements.</summary>
        public Tensor norm(float p = 2.0f) => Result(cohort_norm(Handle, p), this);

        /// <summary>The p-norms along a dimension.</summary>
        public Tensor norm(int dimension, bool keepdim = false, float p = 2.0f) =>
            Result(cohort_norm_dim(Handle, dimension, keepdim ? 1 : 0, p), this);

        public Tensor softmax(long dim) => Result(cohort_softmax(Handle, dim), this);

        public Tensor log_softmax(long dim) => Result(cohort_log_softmax(Handle, dim), this);
    }
}
