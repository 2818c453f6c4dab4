using Cohort.Torch.Modules;

namespace Cohort.Torch.Modules
{
    /// <summary>Makes one dimension of several; by default of all but the first.</summary>
    public sealed class Flatten : torch.nn.Module<torch.Tensor, torch.Tensor>
    {
        private readonly long _start;
        private readonly long _end;

        internal Flatten(long start, long end) : base(nameof(Flatten)) => (_start, _end) = (start, end);

        public override torch.Tensor forward(torch.Tensor input) => input.flatten(_start, _end);
    }
}

namespace Cohort.Torch
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static Flatten Flatten(long start_dim = 1, long end_dim = -1) => new(start_dim, end_dim);
        }
    }
}
