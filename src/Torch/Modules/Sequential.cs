using System.Globalization;
using Cohort.Torch.Modules;

namespace Cohort.Torch.Modules
{
    /// <summary>Modules one after the other. What passes between them is freed as soon as the next has it.</summary>
    public sealed class Sequential : torch.nn.Module<torch.Tensor, torch.Tensor>
    {
        private readonly torch.nn.Module<torch.Tensor, torch.Tensor>[] _modules;

        internal Sequential(IEnumerable<(string Name, torch.nn.Module<torch.Tensor, torch.Tensor> Module)> modules)
            : base(nameof(Sequential))
        {
            var named = modules.ToArray();
            _modules = Array.ConvertAll(named, part => part.Module);
            foreach (var (name, module) in named) register_module(name, module);
        }

        public override torch.Tensor forward(torch.Tensor input)
        {
            if (_modules.Length == 0) return input.alias();
            var value = _modules[0].call(input);
            foreach (var module in _modules.AsSpan(1))
            {
                using var before = value;
                value = module.call(before);
            }

            return value;
        }
    }
}

namespace Cohort.Torch
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>The modules are named 0, 1, 2, ... in the state.</summary>
            public static Sequential Sequential(params Module<Tensor, Tensor>[] modules) => new(
                modules.Select((module, index) => (index.ToString(CultureInfo.InvariantCulture), module)));

            public static Sequential Sequential(params (string name, Module<Tensor, Tensor> submodule)[] modules) => new(modules);
        }
    }
}
