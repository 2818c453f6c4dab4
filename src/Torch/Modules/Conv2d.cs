using Cohort.Torch.Modules;

namespace Cohort.Torch.Modules
{
    /// <summary>A convolution of [N, in, H, W] with weights [out, in / groups, kernel, kernel].</summary>
    public sealed class Conv2d : torch.nn.Module<torch.Tensor, torch.Tensor>
    {
        internal Conv2d(long inChannels, long outChannels, long kernel, long stride, long padding, long dilation, long groups,
            bool hasBias) : base(nameof(Conv2d))
        {
            this.stride = [stride, stride];
            this.padding = [padding, padding];
            this.dilation = [dilation, dilation];
            this.groups = groups;

            weight = new Parameter(torch.empty([outChannels, inChannels / groups, kernel, kernel]));
            register_parameter(nameof(weight), weight);
            if (hasBias)
            {
                bias = new Parameter(torch.empty([outChannels]));
                register_parameter(nameof(bias), bias);
            }

            torch.nn.init.Layer(weight, bias);
        }

        public Parameter weight { get; }

        public Parameter? bias { get; }

        /// <summary>Height and width.</summary>
        public long[] stride { get; }

        /// <summary>Height and width.</summary>
        public long[] padding { get; }

        /// <summary>Height and width.</summary>
        public long[] dilation { get; }

        public long groups { get; }

        public override torch.Tensor forward(torch.Tensor input) =>
            torch.nn.functional.conv2d(input, weight, bias, stride, padding, dilation, groups);
    }
}

namespace Cohort.Torch
{
    /// <summary>What a convolution sees beyond the edge of its input.</summary>
    public enum PaddingModes
    {
        Zeros = 0,
    }

    public static partial class torch
    {
        public static partial class nn
        {
            public static Conv2d Conv2d(long in_channels, long out_channels, long kernelSize, long stride = 1, long padding = 0,
                long dilation = 1, PaddingModes padding_mode = PaddingModes.Zeros, long groups = 1, bool bias = true,
                Device? device = null, ScalarType? dtype = null) =>
                Placed(new Conv2d(in_channels, out_channels, kernelSize, stride, padding, dilation, groups, bias), device, dtype);

            public static partial class functional
            {
                /// <param name="input">[N, in, H, W]</param>
                /// <param name="weight">[out, in / groups, kernel height, kernel width]</param>
                /// <param name="bias">[out]</param>
                /// <param name="strides">One number or height and width; 1 if null.</param>
                /// <param name="padding">One number or height and width; 0 if null.</param>
                /// <param name="dilation">One number or height and width; 1 if null.</param>
                /// <param name="groups">The number of groups of channels that do not see each other.</param>
                public static unsafe Tensor conv2d(Tensor input, Tensor weight, Tensor? bias = null, long[]? strides = null,
                    long[]? padding = null, long[]? dilation = null, long groups = 1)
                {
                    var s = stackalloc long[2];
                    var p = stackalloc long[2];
                    var d = stackalloc long[2];
                    Pair(strides, 1, s);
                    Pair(padding, 0, p);
                    Pair(dilation, 1, d);
                    var result = Tensor.Result(
                        Native.cohort_conv2d(input.Handle, weight.Handle, bias?.Handle ?? 0, s, p, d, groups), input, weight, bias);
                    return Trace.Active?.Add("conv2d", result, [input, weight, bias], ("stride", new[] { s[0], s[1] }),
                        ("padding", new[] { p[0], p[1] }), ("dilation", new[] { d[0], d[1] }), ("groups", groups)) ?? result;
                }

                private static unsafe void Pair(long[]? values, long otherwise, long* pair)
                {
                    (pair[0], pair[1]) = values switch
                    {
                        null => (otherwise, otherwise),
                        [var both] => (both, both),
                        [var height, var width] => (height, width),
                        _ => throw new ArgumentException($"A 2-d convolution takes one or two numbers, not {values.Length}."),
                    };
                }
            }
        }
    }
}
