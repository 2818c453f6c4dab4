using Cohort.Torch.Modules;

namespace Cohort.Torch
{
    public static partial class torch
    {
        public static partial class optim
        {
            /// <summary>Stochastic gradient descent.</summary>
            /// <param name="parameters">What to optimise.</param>
            /// <param name="learningRate">The factor of the gradient.</param>
            /// <param name="momentum">The share of the former step that is kept (Sutskever et al. 2013).</param>
            /// <param name="dampening">The share of the gradient that does not enter the momentum.</param>
            /// <param name="weight_decay">The factor of the parameter that is added to its gradient.</param>
            /// <param name="nesterov">Whether the step looks ahead; needs momentum and no dampening.</param>
            public static SGD SGD(IEnumerable<Parameter> parameters, double learningRate, double momentum = 0,
                double dampening = 0, double weight_decay = 0, bool nesterov = false) =>
                new(parameters, learningRate, momentum, dampening, weight_decay, nesterov);
        }
    }
}

namespace Cohort.Torch.Modules
{
    /// <summary>Stochastic gradient descent; see <see cref="torch.optim.SGD"/>.</summary>
    public sealed class SGD : OptimizerHelper
    {
        private readonly OptimizerState _buffers;
        private Native.SgdOptions _options;

        internal SGD(IEnumerable<Parameter> parameters, double learningRate, double momentum, double dampening,
            double weightDecay, bool nesterov) : base(parameters, learningRate)
        {
            if (!(momentum >= 0)) throw new ArgumentException($"The momentum is {momentum}; it has to be at least 0.");
            if (!(weightDecay >= 0)) throw new ArgumentException($"The weight decay is {weightDecay}; it has to be at least 0.");
            if (nesterov && (momentum <= 0 || dampening != 0))
                throw new ArgumentException("Nesterov's momentum needs a momentum above 0 and no dampening.");
            _buffers = new OptimizerState(Parameters.Length);
            _options = new Native.SgdOptions
            {
                Momentum = momentum,
                Dampening = dampening,
                WeightDecay = weightDecay,
                Nesterov = nesterov ? 1 : 0,
            };
        }

        private protected override unsafe void Step(nint[] parameters)
        {
            _options.LearningRate = LearningRate;
            fixed (nint* list = parameters, buffers = _buffers.Slots)
            fixed (Native.SgdOptions* options = &_options)
            {
                var status = Native.cohort_sgd_step(list, buffers, parameters.Length, options);
                _buffers.Adopt();
                Native.Check(status);
            }
        }

        private protected override void Save(BinaryWriter writer) => _buffers.Save(writer);

        private protected override void Load(BinaryReader reader) => _buffers.Load(reader, slot => Parameters[slot]);

        protected override void Dispose(bool disposing) => _buffers.Dispose();
    }
}
