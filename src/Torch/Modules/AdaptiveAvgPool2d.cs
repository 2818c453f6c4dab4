using Cohort.Torch.Modules;

namespace Cohort.Torch.Modules
{
    /// <summary>Means over windows that divide [N, C, H, W] into a grid of given size.</summary>
    public sealed class AdaptiveAvgPool2d : torch.nn.Module<torch.Tensor, torch.Tensor>
    {
        private readonly (long Height, long Width) _size;

        internal AdaptiveAvgPool2d((long Height, long Width) size) : base(nameof(AdaptiveAvgPool2d)) => _size = size;

        public override torch.Tensor forward(torch.Tensor input) => torch.nn.functional.adaptive_avg_pool2d(input, _size);
    }
}

namespace Cohort.Torch
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static AdaptiveAvgPool2d AdaptiveAvgPool2d(long outputSize) => new((outputSize, outputSize));

            public static AdaptiveAvgPool2d AdaptiveAvgPool2d((long, long) outputSize) => new(outputSize);

            public static partial class functional
            {
                public static Tensor adaptive_avg_pool2d(Tensor input, long output_size) =>
                    adaptive_avg_pool2d(input, (output_size, output_size));

                /// <param name="input">[N, C, H, W]</param>
                /// <param name="output_size">The height and width of the result.</param>
                public static Tensor adaptive_avg_pool2d(Tensor input, (long, long) output_size)
                {
                    var result = Tensor.Result(
                        Native.cohort_adaptive_avg_pool2d(input.Handle, output_size.Item1, output_size.Item2), input);
                    return Trace.Active?.Add("adaptive_avg_pool2d", result, [input],
                        ("size", new[] { output_size.Item1, output_size.Item2 })) ?? result;
                }
            }
        }
    }
}
