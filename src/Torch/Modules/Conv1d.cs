using Cohort.Torch.Modules;

namespace Cohort.Torch.Modules
{
    /// <summary>A convolution of [N, in, L] with weights [out, in / groups, kernel].</summary>
    public sealed class Conv1d : torch.nn.Module<torch.Tensor, torch.Tensor>
    {
        private readonly long _stride;
        private readonly long _padding;
        private readonly long _dilation;
        private readonly long _groups;

        internal Conv1d(long inChannels, long outChannels, long kernel, long stride, long padding, long dilation, long groups,
            bool hasBias) : base(nameof(Conv1d))
        {
            (_stride, _padding, _dilation, _groups) = (stride, padding, dilation, groups);
            weight = new Parameter(torch.empty([outChannels, inChannels / groups, kernel]));
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

        public override torch.Tensor forward(torch.Tensor input) =>
            torch.nn.functional.conv1d(input, weight, bias, _stride, _padding, _dilation, _groups);
    }
}

namespace Cohort.Torch
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static Conv1d Conv1d(long in_channels, long out_channels, long kernel_size, long stride = 1, long padding = 0,
                long dilation = 1, PaddingModes padding_mode = PaddingModes.Zeros, long groups = 1, bool bias = true,
                Device? device = null, ScalarType? dtype = null) =>
                Placed(new Conv1d(in_channels, out_channels, kernel_size, stride, padding, dilation, groups, bias), device, dtype);

            public static partial class functional
            {
                /// <param name="input">[N, in, L]</param>
                /// <param name="weight">[out, in / groups, kernel]</param>
                /// <param name="bias">[out]</param>
                /// <param name="stride">1 if null.</param>
                /// <param name="padding">0 if null.</param>
                /// <param name="dilation">1 if null.</param>
                /// <param name="groups">The number of groups of channels that do not see each other.</param>
                public static Tensor conv1d(Tensor input, Tensor weight, Tensor? bias = null, long? stride = null,
                    long? padding = null, long? dilation = null, long groups = 1)
                {
                    var result = Tensor.Result(
                        Native.cohort_conv1d(
                            input.Handle, weight.Handle, bias?.Handle ?? 0, stride ?? 1, padding ?? 0, dilation ?? 1, groups),
                        input, weight, bias);
                    return Trace.Active?.Add("conv1d", result, [input, weight, bias], ("stride", stride ?? 1), ("padding", padding ?? 0),
                        ("dilation", dilation ?? 1), ("groups", groups)) ?? result;
                }
            }
        }
    }
}
