using Cohort.Torch.Modules;

namespace Cohort.Torch.Modules
{
    /// <summary>The greatest value in each window of [N, C, H, W].</summary>
    public sealed class MaxPool2d : torch.nn.Module<torch.Tensor, torch.Tensor>
    {
        private readonly long _kernel;
        private readonly long? _stride;
        private readonly long? _padding;
        private readonly long? _dilation;
        private readonly bool _ceilMode;

        internal MaxPool2d(long kernel, long? stride, long? padding, long? dilation, bool ceilMode) : base(nameof(MaxPool2d))
        {
            _kernel = kernel;
            _stride = stride;
            _padding = padding;
            _dilation = dilation;
            _ceilMode = ceilMode;
        }

        public override torch.Tensor forward(torch.Tensor input) =>
            torch.nn.functional.max_pool2d(input, _kernel, _stride, _padding, _dilation, _ceilMode);
    }
}

namespace Cohort.Torch
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <param name="kernel_size">The side of the window.</param>
            /// <param name="stride">The distance between windows; the kernel's side if null.</param>
            /// <param name="padding">Rows and columns of minus infinity around the input; 0 if null.</param>
            /// <param name="dilation">The distance between elements of a window; 1 if null.</param>
            /// <param name="ceil_mode">Whether a last window that is only partly filled counts.</param>
            public static MaxPool2d MaxPool2d(long kernel_size, long? stride = null, long? padding = null, long? dilation = null,
                bool ceil_mode = false) => new(kernel_size, stride, padding, dilation, ceil_mode);

            public static partial class functional
            {
                /// <inheritdoc cref="nn.MaxPool2d(long, long?, long?, long?, bool)"/>
                public static Tensor max_pool2d(Tensor input, long kernel_size, long? stride = null, long? padding = null,
                    long? dilation = null, bool ceil_mode = false)
                {
                    var result = Tensor.Result(
                        Native.cohort_max_pool2d(input.Handle, kernel_size, stride ?? kernel_size, padding ?? 0, dilation ?? 1,
                            ceil_mode ? 1 : 0), input);
                    return Trace.Active?.Add("max_pool2d", result, [input], ("kernel", kernel_size), ("stride", stride ?? kernel_size),
                        ("padding", padding ?? 0), ("dilation", dilation ?? 1), ("ceil", ceil_mode)) ?? result;
                }
            }
        }
    }
}
