namespace Cohort.Torch
{
    /// <summary>The entry point, as in TorchSharp.</summary>
    public static partial class torch
    {
        public static partial class nn;
    }
}

namespace Cohort.Torch.Modules
{
    public static class Placeholder;
}
