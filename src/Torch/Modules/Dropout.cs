using Cohort.Torch.Modules;

namespace Cohort.Torch.Modules
{
    /// <summary>
    /// In training, zeroes each element with probability p and scales the others by 1 / (1 - p); otherwise does nothing
    /// (Srivastava et al. 2014). Draws come from the calling thread's generator.
    /// </summary>
    public sealed class Dropout : torch.nn.Module<torch.Tensor, torch.Tensor>
    {
        private readonly double _p;

        internal Dropout(double p) : base(nameof(Dropout)) => _p = p;

        public override torch.Tensor forward(torch.Tensor input) => torch.nn.functional.dropout(input, _p, training);
    }
}

namespace Cohort.Torch
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static Dropout Dropout(double p = 0.5) => new(p);

            public static partial class functional
            {
                /// <inheritdoc cref="Modules.Dropout"/>
                public static Tensor dropout(Tensor input, double p = 0.5, bool training = true)
                {
                    var result = Tensor.Result(Native.cohort_dropout(input.Handle, p, training ? 1 : 0), input);
                    return Trace.Active?.Add("dropout", result, [input], ("training", training)) ?? result;
                }
            }
        }
    }
}
