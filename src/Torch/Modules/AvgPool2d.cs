using Cohort.Torch.Modules;

namespace Cohort.Torch.Modules
{
    /// <summary>The mean of each window of [N, C, H, W].</summary>
    public sealed class AvgPool2d : torch.nn.Module<torch.Tensor, torch.Tensor>
    {
        private readonly long _kernel;
        private readonly long? _stride;
        private readonly long? _padding;
        private readonly bool _ceilMode;
        private readonly bool _countIncludePad;

        internal AvgPool2d(long kernel, long? stride, long? padding, bool ceilMode, bool countIncludePad)
            : base(nameof(AvgPool2d))
        {
            _kernel = kernel;
            _stride = stride;
            _padding = padding;
            _ceilMode = ceilMode;
            _countIncludePad = countIncludePad;
        }

        public override torch.Tensor forward(torch.Tensor input) =>
            torch.nn.functional.avg_pool2d(input, _kernel, _stride, _padding ?? 0, _ceilMode, _countIncludePad);
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
            /// <param name="padding">Rows and columns of zeros around the input; 0 if null.</param>
            /// <param name="ceil_mode">Whether a last window that is only partly filled counts.</param>
            /// <param name="count_include_pad">Whether padding counts in the mean.</param>
            public static AvgPool2d AvgPool2d(long kernel_size, long? stride = null, long? padding = null, bool ceil_mode = false,
                bool count_include_pad = true) => new(kernel_size, stride, padding, ceil_mode, count_include_pad);

            public static partial class functional
            {
                /// <inheritdoc cref="nn.AvgPool2d(long, long?, long?, bool, bool)"/>
                public static Tensor avg_pool2d(Tensor input, long kernel_size, long? stride = null, long padding = 0,
                    bool ceil_mode = false, bool count_include_pad = true)
                {
                    var result = Tensor.Result(
                        Native.cohort_avg_pool2d(input.Handle, kernel_size, stride ?? kernel_size, padding, ceil_mode ? 1 : 0,
                            count_include_pad ? 1 : 0), input);
                    return Trace.Active?.Add("avg_pool2d", result, [input], ("kernel", kernel_size), ("stride", stride ?? kernel_size),
                        ("padding", padding), ("ceil", ceil_mode), ("countPadding", count_include_pad)) ?? result;
                }
            }
        }
    }
}
