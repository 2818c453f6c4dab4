using static Cohort.Torch.Native;

namespace Cohort.Torch;

public static partial class torch
{
    /// <summary>Until the result is disposed, this thread records no operation for gradients.</summary>
    public static IDisposable no_grad() => new GradMode(enabled: false);

    /// <summary>Until the result is disposed, this thread records operations for gradients.</summary>
    public static IDisposable enable_grad(bool enabled = true) => new GradMode(enabled);

    /// <summary>As <see cref="no_grad"/>, and tensors made meanwhile can never take part in gradients: faster still.</summary>
    public static IDisposable inference_mode(bool mode = true) => new InferenceMode(mode);

    private sealed class GradMode : IDisposable
    {
        private readonly bool _before = cohort_grad_enabled() != 0;

        internal GradMode(bool enabled) => cohort_set_grad_enabled(enabled ? 1 : 0);

        public void Dispose() => cohort_set_grad_enabled(_before ? 1 : 0);
    }

    private sealed class InferenceMode(bool enabled) : IDisposable
    {
        private nint _guard = cohort_enter_inference_mode(enabled ? 1 : 0);

        public void Dispose()
        {
            if (_guard != 0) cohort_leave_inference_mode(_guard);
            _guard = 0;
        }
    }
}
