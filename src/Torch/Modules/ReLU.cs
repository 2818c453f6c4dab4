using Cohort.Torch.Modules;

namespace Cohort.Torch.Modules
{
    /// <summary>max(x, 0)</summary>
    public sealed class ReLU : torch.nn.Module<torch.Tensor, torch.Tensor>
    {
        private readonly bool _inplace;

        internal ReLU(bool inplace) : base(nameof(ReLU)) => _inplace = inplace;

        public override torch.Tensor forward(torch.Tensor input) => torch.nn.functional.relu(input, _inplace);
    }
}

namespace Cohort.Torch
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <param name="inplace">Whether the input's memory takes the result, which saves a pass over memory.</param>
            public static ReLU ReLU(bool inplace = false) => new(inplace);

            public static partial class functional
            {
                /// <inheritdoc cref="nn.ReLU(bool)"/>
                public static Tensor relu(Tensor x, bool inplace = false) => inplace ? x.relu_().alias() : x.relu();
            }
        }
    }
}
