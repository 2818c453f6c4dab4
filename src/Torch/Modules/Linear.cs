using Cohort.Torch.Modules;

namespace Cohort.Torch.Modules
{
    /// <summary>y = x Wᵀ + b for x of shape [..., in] and W of shape [out, in].</summary>
    public sealed class Linear : torch.nn.Module<torch.Tensor, torch.Tensor>
    {
        internal Linear(long inputSize, long outputSize, bool hasBias) : base(nameof(Linear))
        {
            weight = new Parameter(torch.empty([outputSize, inputSize]));
            register_parameter(nameof(weight), weight);
            if (hasBias)
            {
                bias = new Parameter(torch.empty([outputSize]));
                register_parameter(nameof(bias), bias);
            }

            torch.nn.init.Layer(weight, bias);
        }

        public Parameter weight { get; }

        public Parameter? bias { get; }

        public override torch.Tensor forward(torch.Tensor input) => torch.nn.functional.linear(input, weight, bias);
    }
}

namespace Cohort.Torch
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static Linear Linear(long inputSize, long outputSize, bool hasBias = true, Device? device = null,
                ScalarType? dtype = null) => Placed(new Linear(inputSize, outputSize, hasBias), device, dtype);

            public static partial class functional
            {
                /// <param name="input">[..., in]</param>
                /// <param name="weights">[out, in]</param>
                /// <param name="bias">[out]</param>
                public static Tensor linear(Tensor input, Tensor weights, Tensor? bias = null)
                {
                    var result = Tensor.Result(
                        Native.cohort_linear(input.Handle, weights.Handle, bias?.Handle ?? 0), input, weights, bias);
                    return Trace.Active?.Add("linear", result, [input, weights, bias]) ?? result;
                }
            }

            private static T Placed<T>(T module, Device? device, ScalarType? dtype) where T : Module
            {
                if (device is not null || dtype is not null) module.Move(device, dtype);
                return module;
            }
        }
    }
}
