using Cohort.Torch.Modules;

namespace Cohort.Torch
{
    public static partial class torch
    {
        public static partial class optim
        {
            /// <summary>Adam (Kingma and Ba 2015, algorithm 1).</summary>
            /// <param name="parameters">What to optimise.</param>
            /// <param name="lr">The learning rate, α in the paper.</param>
            /// <param name="beta1">The decay of the mean of gradients.</param>
            /// <param name="beta2">The decay of the mean of their squares. (0.99 in early versions of TorchSharp.)</param>
            /// <param name="eps">What is added to the denominator.</param>
            /// <param name="weight_decay">The factor of the parameter that is added to its gradient.</param>
            /// <param name="amsgrad">Whether the greatest mean of squares so far is used (Reddi et al. 2018).</param>
            public static Adam Adam(IEnumerable<Parameter> parameters, double lr = 1e-3, double beta1 = 0.9, double beta2 = 0.999,
                double eps = 1e-8, double weight_decay = 0, bool amsgrad = false) =>
                new(parameters, lr, beta1, beta2, eps, weight_decay, amsgrad);
        }
    }
}

namespace Cohort.Torch.Modules
{
    /// <summary>Adam; see <see cref="torch.optim.Adam"/>.</summary>
    public sealed class Adam : OptimizerHelper
    {
        private const int MomentsOfParameter = 3;

        private readonly OptimizerState _moments;
        private readonly long[] _steps;
        private Native.AdamOptions _options;

        internal Adam(IEnumerable<Parameter> parameters, double lr, double beta1, double beta2, double eps, double weightDecay,
            bool amsgrad) : base(parameters, lr)
        {
            if (!(beta1 is >= 0 and < 1)) throw new ArgumentException($"beta1 is {beta1}; it has to be from 0 to below 1.");
            if (!(beta2 is >= 0 and < 1)) throw new ArgumentException($"beta2 is {beta2}; it has to be from 0 to below 1.");
            if (!(eps >= 0)) throw new ArgumentException($"eps is {eps}; it has to be at least 0.");
            if (!(weightDecay >= 0)) throw new ArgumentException($"The weight decay is {weightDecay}; it has to be at least 0.");
            _moments = new OptimizerState(MomentsOfParameter * Parameters.Length);
            _steps = new long[Parameters.Length];
            _options = new Native.AdamOptions
            {
                Beta1 = beta1,
                Beta2 = beta2,
                Eps = eps,
                WeightDecay = weightDecay,
                Amsgrad = amsgrad ? 1 : 0,
            };
        }

        private protected override unsafe void Step(nint[] parameters)
        {
            _options.LearningRate = LearningRate;
            fixed (nint* list = parameters, moments = _moments.Slots)
            fixed (long* steps = _steps)
            fixed (Native.AdamOptions* options = &_options)
            {
                var status = Native.cohort_adam_step(list, moments, steps, parameters.Length, options);
                _moments.Adopt();
                Native.Check(status);
            }
        }

        private protected override void Save(BinaryWriter writer)
        {
            foreach (var step in _steps) writer.Write(step);
            _moments.Save(writer);
        }

        private protected override void Load(BinaryReader reader)
        {
            for (var i = 0; i < _steps.Length; i++) _steps[i] = reader.ReadInt64();
            _moments.Load(reader, slot => Parameters[slot / MomentsOfParameter]);
        }

        protected override void Dispose(bool disposing) => _moments.Dispose();
    }
}
