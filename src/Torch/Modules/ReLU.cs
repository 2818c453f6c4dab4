using Cohort.Torch.Modules;

namespace Cohort.Torch.Modules
{
    /// <summary>max(x, 0)</summary>
    public sealed class ReLU : torch.nn.Module<torch.Tensor, torch.Tensor>
    {
        internal ReLU() : base(nameof(ReLU))
        {
        }

        public override torch.Tensor forward(torch.Tensor input) => input.relu();
    }
}

namespace Cohort.Torch
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static ReLU ReLU() => new();

            public static partial class functional
            {
                public static Tensor relu(Tensor x) => x.relu();
            }
        }
    }
}
