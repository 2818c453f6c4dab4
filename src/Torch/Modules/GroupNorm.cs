using Cohort.Torch.Modules;

namespace Cohort.Torch.Modules
{
    /// <summary>
    /// Normalises each sample's channels [N, C, ...] in groups to mean 0 and variance 1, then scales and shifts each channel
    /// (Wu and He 2018, Group Normalization).
    /// </summary>
    public sealed class GroupNorm : torch.nn.Module<torch.Tensor, torch.Tensor>
    {
        internal GroupNorm(long groups, long channels, double eps, bool affine) : base(nameof(GroupNorm))
        {
            num_groups = groups;
            this.eps = eps;
            if (!affine) return;
            weight = new Parameter(torch.ones(channels));
            bias = new Parameter(torch.zeros(channels));
            register_parameter(nameof(weight), weight);
            register_parameter(nameof(bias), bias);
        }

        public Parameter? weight { get; }

        public Parameter? bias { get; }

        public long num_groups { get; }

        /// <summary>What is added to the variance.</summary>
        public double eps { get; }

        public override torch.Tensor forward(torch.Tensor input) =>
            torch.nn.functional.group_norm(input, num_groups, weight, bias, eps);
    }
}

namespace Cohort.Torch
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static GroupNorm GroupNorm(long num_groups, long num_channels, double eps = 1e-05, bool affine = true,
                Device? device = null, ScalarType? dtype = null) =>
                Placed(new GroupNorm(num_groups, num_channels, eps, affine), device, dtype);

            public static partial class functional
            {
                /// <param name="input">[N, C, ...]</param>
                /// <param name="num_groups">A divisor of C.</param>
                /// <param name="weight">[C]</param>
                /// <param name="bias">[C]</param>
                /// <param name="eps">What is added to the variance.</param>
                public static Tensor group_norm(Tensor input, long num_groups, Tensor? weight = null, Tensor? bias = null,
                    double eps = 1e-5)
                {
                    var result = Tensor.Result(
                        Native.cohort_group_norm(input.Handle, num_groups, weight?.Handle ?? 0, bias?.Handle ?? 0, eps),
                        input, weight, bias);
                    return Trace.Active?.Add("group_norm", result, [input, weight, bias], ("groups", num_groups), ("eps", eps)) ?? result;
                }
            }
        }
    }
}
