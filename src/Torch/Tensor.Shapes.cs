using static Cohort.Torch.Native;

namespace Cohort.Torch;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor clone() => Result(cohort_clone(Handle), this);

        public Tensor contiguous() => Result(cohort_contiguous(Handle), this);

        public Tensor to(Device device) => Result(cohort_to(Handle, (int)device.type, device.index, (int)dtype), this);

        public Tensor to(ScalarType type) => to(type, device);

        public Tensor to(ScalarType type, Device device)
        {
            var result = Result(cohort_to(Handle, (int)device.type, device.index, (int)type), this);
            return Trace.Active?.Add("to", result, [this], ("type", type)) ?? result;
        }

        public Tensor cpu() => to(CPU);

        /// <summary>The same elements in another shape, without a copy; one length may be -1.</summary>
        public unsafe Tensor view(params long[] shape)
        {
            fixed (long* lengths = shape) return Result(cohort_view(Handle, lengths, shape.Length), this);
        }

        /// <summary>The same elements in another shape, copied if need be; one length may be -1.</summary>
        public unsafe Tensor reshape(params long[] shape)
        {
            fixed (long* lengths = shape) return Result(cohort_reshape(Handle, lengths, shape.Length), this);
        }

        public unsafe Tensor expand(params long[] sizes)
        {
            fixed (long* lengths = sizes) return Result(cohort_expand(Handle, lengths, sizes.Length), this);
        }

        public unsafe Tensor permute(params long[] permutation)
        {
            fixed (long* dims = permutation) return Result(cohort_permute(Handle, dims, permutation.Length), this);
        }

        public unsafe Tensor flip(params long[] dims)
        {
            fixed (long* list = dims) return Result(cohort_flip(Handle, list, dims.Length), this);
        }

        public Tensor flatten(long start_dim = 0, long end_dim = -1)
        {
            var result = Result(cohort_flatten(Handle, start_dim, end_dim), this);
            return Trace.Active?.Add("flatten", result, [this], ("start", start_dim), ("end", end_dim)) ?? result;
        }

        public Tensor narrow(long dim, long start, long length) => Result(cohort_narrow(Handle, dim, start, length), this);

        public Tensor select(long dim, long index) => Result(cohort_select(Handle, dim, index), this);

        /// <param name="dim">The dimension to choose along.</param>
        /// <param name="index">The positions to choose, a vector of int64.</param>
        public Tensor index_select(long dim, Tensor index) => Result(cohort_index_select(Handle, dim, index.Handle), this, index);

        public Tensor t() => Result(cohort_t(Handle), this);

        public Tensor transpose(long dim0, long dim1)
        {
            var result = Result(cohort_transpose(Handle, dim0, dim1), this);
            return Trace.Active?.Add("transpose", result, [this], ("first", dim0), ("second", dim1)) ?? result;
        }

        public Tensor unsqueeze(long dim) => Result(cohort_unsqueeze(Handle, dim), this);

        public Tensor squeeze() => Result(cohort_squeeze(Handle), this);

        public Tensor squeeze(long dim) => Result(cohort_squeeze_dim(Handle, dim), this);
    }

    public static unsafe Tensor cat(IList<Tensor> tensors, long dim = 0)
    {
        var handles = Handles(tensors);
        fixed (nint* list = handles)
        {
            var result = KeepAlive(tensors, cohort_cat(list, handles.Length, dim));
            return Trace.Active?.Add("cat", result, [.. tensors], ("dim", dim)) ?? result;
        }
    }

    public static unsafe Tensor stack(IEnumerable<Tensor> tensors, long dim = 0)
    {
        var inputs = tensors.ToArray();
        var handles = Handles(inputs);
        fixed (nint* list = handles) return KeepAlive(inputs, cohort_stack(list, handles.Length, dim));
    }

    private static nint[] Handles(IList<Tensor> tensors)
    {
        var handles = new nint[tensors.Count];
        for (var i = 0; i < handles.Length; i++) handles[i] = tensors[i].Handle;
        return handles;
    }

    private static Tensor KeepAlive(IList<Tensor> tensors, nint result)
    {
        GC.KeepAlive(tensors);
        return Tensor.Result(result);
    }
}
