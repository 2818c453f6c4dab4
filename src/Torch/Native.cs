using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

[assembly: DisableRuntimeMarshalling]

namespace Cohort.Torch;

/// <summary>The C functions of the shim (native/): tensors are counted pointers, 0 or -1 says that a call failed.</summary>
internal static unsafe partial class Native
{
    private const string Library = "cohort_torch";

    // Lifetime and description. Those that only read a field skip the transition that lets the collector run meanwhile.
    [LibraryImport(Library)] internal static partial void cohort_free(nint tensor);
    [LibraryImport(Library), SuppressGCTransition] internal static partial long cohort_dim(nint tensor);
    [LibraryImport(Library), SuppressGCTransition] internal static partial long cohort_numel(nint tensor);
    [LibraryImport(Library), SuppressGCTransition] internal static partial void cohort_shape(nint tensor, long* destination);
    [LibraryImport(Library), SuppressGCTransition] internal static partial int cohort_dtype(nint tensor);
    [LibraryImport(Library), SuppressGCTransition] internal static partial long cohort_element_size(nint tensor);
    [LibraryImport(Library), SuppressGCTransition] internal static partial int cohort_device(nint tensor, int* index);
    [LibraryImport(Library), SuppressGCTransition] internal static partial int cohort_is_contiguous(nint tensor);
    [LibraryImport(Library)] internal static partial void* cohort_data(nint tensor);
    [LibraryImport(Library)] internal static partial nint cohort_alias(nint tensor);
    [LibraryImport(Library)] internal static partial nint cohort_clone(nint tensor);
    [LibraryImport(Library)] internal static partial nint cohort_detach(nint tensor);
    [LibraryImport(Library)] internal static partial nint cohort_contiguous(nint tensor);
    [LibraryImport(Library)] internal static partial nint cohort_to(nint tensor, int deviceType, int deviceIndex, int dtype);
    [LibraryImport(Library)] internal static partial int cohort_copy_(nint tensor, nint source);
    [LibraryImport(Library)] internal static partial int cohort_item(nint tensor, double* floating, long* integral);

    // Factories.
    [LibraryImport(Library)]
    internal static partial nint cohort_empty(long* shape, int dims, int dtype, int deviceType, int deviceIndex,
        int requiresGrad);
    [LibraryImport(Library)]
    internal static partial nint cohort_full(long* shape, int dims, Scalar value, int dtype, int deviceType, int deviceIndex,
        int requiresGrad);
    [LibraryImport(Library)]
    internal static partial nint cohort_arange(Scalar start, Scalar stop, Scalar step, int dtype, int deviceType, int deviceIndex,
        int requiresGrad);
    [LibraryImport(Library)]
    internal static partial nint cohort_from_blob(void* data, long* shape, int dims, int dtype, int requiresGrad,
        delegate* unmanaged<nint, void> release, nint pin);

    // Elementwise operations and products.
    [LibraryImport(Library)] internal static partial nint cohort_neg(nint a);
    [LibraryImport(Library)] internal static partial nint cohort_sqrt(nint a);
    [LibraryImport(Library)] internal static partial nint cohort_exp(nint a);
    [LibraryImport(Library)] internal static partial nint cohort_log(nint a);
    [LibraryImport(Library)] internal static partial nint cohort_abs(nint a);
    [LibraryImport(Library)] internal static partial nint cohort_relu(nint a);
    [LibraryImport(Library)] internal static partial nint cohort_sigmoid(nint a);
    [LibraryImport(Library)] internal static partial nint cohort_tanh(nint a);
    [LibraryImport(Library)] internal static partial nint cohort_isfinite(nint a);
    [LibraryImport(Library)] internal static partial nint cohort_add(nint a, nint b, Scalar alpha);
    [LibraryImport(Library)] internal static partial nint cohort_sub(nint a, nint b, Scalar alpha);
    [LibraryImport(Library)] internal static partial nint cohort_mul(nint a, nint b);
    [LibraryImport(Library)] internal static partial nint cohort_div(nint a, nint b);
    [LibraryImport(Library)] internal static partial nint cohort_pow(nint a, nint b);
    [LibraryImport(Library)] internal static partial nint cohort_eq(nint a, nint b);
    [LibraryImport(Library)] internal static partial nint cohort_matmul(nint a, nint b);
    [LibraryImport(Library)] internal static partial nint cohort_mm(nint a, nint b);
    [LibraryImport(Library)] internal static partial nint cohort_add_number(nint a, Scalar b);
    [LibraryImport(Library)] internal static partial nint cohort_sub_number(nint a, Scalar b);
    [LibraryImport(Library)] internal static partial nint cohort_mul_number(nint a, Scalar b);
    [LibraryImport(Library)] internal static partial nint cohort_div_number(nint a, Scalar b);
    [LibraryImport(Library)] internal static partial nint cohort_pow_number(nint a, Scalar b);
    [LibraryImport(Library)] internal static partial nint cohort_eq_number(nint a, Scalar b);
    [LibraryImport(Library)] internal static partial nint cohort_number_sub(Scalar a, nint b);
    [LibraryImport(Library)] internal static partial nint cohort_number_div(Scalar a, nint b);
    [LibraryImport(Library)] internal static partial nint cohort_clamp(nint a, Scalar* min, Scalar* max);
    [LibraryImport(Library)] internal static partial int cohort_add_(nint a, nint b, Scalar alpha);
    [LibraryImport(Library)] internal static partial int cohort_sub_(nint a, nint b, Scalar alpha);
    [LibraryImport(Library)] internal static partial int cohort_mul_(nint a, nint b);
    [LibraryImport(Library)] internal static partial int cohort_div_(nint a, nint b);
    [LibraryImport(Library)] internal static partial int cohort_add_number_(nint a, Scalar b);
    [LibraryImport(Library)] internal static partial int cohort_sub_number_(nint a, Scalar b);
    [LibraryImport(Library)] internal static partial int cohort_mul_number_(nint a, Scalar b);
    [LibraryImport(Library)] internal static partial int cohort_div_number_(nint a, Scalar b);
    [LibraryImport(Library)] internal static partial int cohort_fill_number_(nint a, Scalar b);
    [LibraryImport(Library)] internal static partial int cohort_zero_(nint a);
    [LibraryImport(Library)] internal static partial int cohort_relu_(nint a);
    [LibraryImport(Library)] internal static partial int cohort_clamp_(nint a, Scalar* min, Scalar* max);

    // Shapes.
    [LibraryImport(Library)] internal static partial nint cohort_view(nint a, long* shape, int dims);
    [LibraryImport(Library)] internal static partial nint cohort_reshape(nint a, long* shape, int dims);
    [LibraryImport(Library)] internal static partial nint cohort_expand(nint a, long* shape, int dims);
    [LibraryImport(Library)] internal static partial nint cohort_permute(nint a, long* dims, int count);
    [LibraryImport(Library)] internal static partial nint cohort_flip(nint a, long* dims, int count);
    [LibraryImport(Library)] internal static partial nint cohort_flatten(nint a, long start, long end);
    [LibraryImport(Library)] internal static partial nint cohort_narrow(nint a, long dim, long start, long length);
    [LibraryImport(Library)] internal static partial nint cohort_select(nint a, long dim, long index);
    [LibraryImport(Library)] internal static partial nint cohort_index_select(nint a, long dim, nint index);
    [LibraryImport(Library)] internal static partial nint cohort_t(nint a);
    [LibraryImport(Library)] internal static partial nint cohort_transpose(nint a, long dim0, long dim1);
    [LibraryImport(Library)] internal static partial nint cohort_unsqueeze(nint a, long dim);
    [LibraryImport(Library)] internal static partial nint cohort_squeeze(nint a);
    [LibraryImport(Library)] internal static partial nint cohort_squeeze_dim(nint a, long dim);
    [LibraryImport(Library)] internal static partial nint cohort_cat(nint* tensors, int count, long dim);
    [LibraryImport(Library)] internal static partial nint cohort_stack(nint* tensors, int count, long dim);

    // Reductions.
    [LibraryImport(Library)] internal static partial nint cohort_sum(nint a);
    [LibraryImport(Library)] internal static partial nint cohort_mean(nint a);
    [LibraryImport(Library)] internal static partial nint cohort_max(nint a);
    [LibraryImport(Library)] internal static partial nint cohort_min(nint a);
    [LibraryImport(Library)] internal static partial nint cohort_argmax(nint a);
    [LibraryImport(Library)] internal static partial nint cohort_all(nint a);
    [LibraryImport(Library)] internal static partial nint cohort_sum_dims(nint a, long* dims, int count, int keepdim);
    [LibraryImport(Library)] internal static partial nint cohort_mean_dims(nint a, long* dims, int count, int keepdim);
    [LibraryImport(Library)] internal static partial nint cohort_max_dim(nint a, long dim, int keepdim, nint* indices);
    [LibraryImport(Library)] internal static partial nint cohort_min_dim(nint a, long dim, int keepdim, nint* indices);
    [LibraryImport(Library)] internal static partial nint cohort_argmax_dim(nint a, long dim, int keepdim);
    [LibraryImport(Library)] internal static partial nint cohort_norm(nint a, double p);
    [LibraryImport(Library)] internal static partial nint cohort_norm_dim(nint a, long dim, int keepdim, double p);
    [LibraryImport(Library)] internal static partial nint cohort_softmax(nint a, long dim);
    [LibraryImport(Library)] internal static partial nint cohort_log_softmax(nint a, long dim);

    // Layers and losses.
    [LibraryImport(Library)] internal static partial nint cohort_linear(nint input, nint weight, nint bias);
    [LibraryImport(Library)] internal static partial nint cohort_embedding(nint weight, nint indices, long paddingIndex);
    [LibraryImport(Library)]
    internal static partial nint cohort_embedding_bag(nint weight, nint indices, nint offsets, long mode, long paddingIndex);
    [LibraryImport(Library)]
    internal static partial nint cohort_conv1d(nint input, nint weight, nint bias, long stride, long padding, long dilation,
        long groups);
    [LibraryImport(Library)]
    internal static partial nint cohort_conv2d(nint input, nint weight, nint bias, long* stride, long* padding, long* dilation,
        long groups);
    [LibraryImport(Library)]
    internal static partial nint cohort_group_norm(nint input, long groups, nint weight, nint bias, double eps);
    [LibraryImport(Library)]
    internal static partial nint cohort_max_pool2d(nint input, long kernel, long stride, long padding, long dilation,
        int ceilMode);
    [LibraryImport(Library)]
    internal static partial nint cohort_avg_pool2d(nint input, long kernel, long stride, long padding, int ceilMode,
        int countIncludePad);
    [LibraryImport(Library)] internal static partial nint cohort_adaptive_avg_pool2d(nint input, long height, long width);
    [LibraryImport(Library)]
    internal static partial nint cohort_unfold(nint input, long* kernel, long* dilation, long* padding, long* stride);
    [LibraryImport(Library)] internal static partial nint cohort_dropout(nint input, double p, int training);
    [LibraryImport(Library)]
    internal static partial nint cohort_cross_entropy(nint input, nint target, nint weight, long ignoreIndex, long reduction,
        double labelSmoothing);
    [LibraryImport(Library)] internal static partial nint cohort_nll_loss(nint input, nint target, nint weight, long reduction);
    [LibraryImport(Library)] internal static partial nint cohort_mse_loss(nint input, nint target, long reduction);

    // Gradients.
    [LibraryImport(Library), SuppressGCTransition] internal static partial int cohort_requires_grad(nint tensor);
    [LibraryImport(Library)] internal static partial int cohort_set_requires_grad(nint tensor, int required);
    [LibraryImport(Library)] internal static partial int cohort_grad(nint tensor, nint* gradient);
    [LibraryImport(Library)] internal static partial int cohort_set_grad(nint tensor, nint gradient);
    [LibraryImport(Library)] internal static partial int cohort_forget_grads(nint* tensors, int count);
    [LibraryImport(Library)] internal static partial int cohort_backward(nint tensor);
    [LibraryImport(Library)]
    internal static partial int cohort_autograd_grad(nint* outputs, int outputCount, nint* inputs, int inputCount,
        nint* gradOutputs, int retainGraph, int createGraph, int allowUnused, nint* results);
    [LibraryImport(Library), SuppressGCTransition] internal static partial int cohort_grad_enabled();
    [LibraryImport(Library), SuppressGCTransition] internal static partial void cohort_set_grad_enabled(int enabled);
    [LibraryImport(Library)] internal static partial nint cohort_enter_inference_mode(int enabled);
    [LibraryImport(Library)] internal static partial void cohort_leave_inference_mode(nint mode);

    // Optimisers.
    [LibraryImport(Library)]
    internal static partial int cohort_sgd_step(nint* parameters, nint* buffers, int count, SgdOptions* options);
    [LibraryImport(Library)]
    internal static partial int cohort_adam_step(nint* parameters, nint* moments, long* steps, int count, AdamOptions* options);

    // Random numbers.
    [LibraryImport(Library)] internal static partial nint cohort_generator_new(ulong seed);
    [LibraryImport(Library)] internal static partial void cohort_generator_free(nint generator);
    [LibraryImport(Library)] internal static partial void cohort_generator_seed(nint generator, ulong seed);
    [LibraryImport(Library)] internal static partial nint cohort_thread_generator();
    [LibraryImport(Library)] internal static partial int cohort_manual_seed(ulong seed);
    [LibraryImport(Library)] internal static partial int cohort_uniform_(nint tensor, double from, double to, nint generator);
    [LibraryImport(Library)]
    internal static partial int cohort_normal_(nint tensor, double mean, double deviation, nint generator);

    // The library.
    [LibraryImport(Library)] internal static partial byte* cohort_last_error();
    [LibraryImport(Library)] internal static partial void cohort_set_num_threads(int count);
    [LibraryImport(Library)] internal static partial int cohort_get_num_threads();
    [LibraryImport(Library)] internal static partial int cohort_cuda_device_count();
    [LibraryImport(Library)] internal static partial byte* cohort_version();
    [LibraryImport(Library)] internal static partial int cohort_has_mkldnn();
    [LibraryImport(Library)] internal static partial byte* cohort_blas();

    /// <summary>The exception for the call that just failed on this thread, with libtorch's own message.</summary>
    internal static ExternalException Failure() =>
        new(Marshal.PtrToStringUTF8((nint)cohort_last_error())?.TrimEnd() ?? "libtorch gave no message");

    /// <summary>Throws if a call returned -1.</summary>
    internal static void Check(int status)
    {
        if (status < 0) throw Failure();
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct SgdOptions
    {
        internal double LearningRate, Momentum, Dampening, WeightDecay;
        internal int Nesterov;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct AdamOptions
    {
        internal double LearningRate, Beta1, Beta2, Eps, WeightDecay;
        internal int Amsgrad;
    }
}
