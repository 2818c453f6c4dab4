using Cohort.Federation;
using Cohort.Model.Files;
using Cohort.Model.Plans;

namespace Cohort.Model.Training.Algorithms;

/// <summary>
/// SCAFFOLD: every step's gradient gets c - c_i, so that a student steps as all of them together would (Karimireddy et al. 2020,
/// "SCAFFOLD: Stochastic Controlled Averaging for Federated Learning", Algorithm 1 with option II). A student remembers c_i; c_i+ = c_i - c +
/// (x - y_i) / (K eta_l), the mean gradient of its steps. The server's c is everybody's mean of c_i, those included whom a round does not
/// ask (<see cref="ServerState.MoveControl"/>).
/// </summary>
public sealed class Scaffold : IClientAlgorithm
{
    public string Name => "scaffold";

    public string Meaning => "gradients are corrected for how a student's differ from everybody's (Karimireddy et al. 2020)";

    public bool HasControl => true;

    public bool StudentsRemember => true;

    public int MemoryLength(IReadOnlyList<TensorLayout> tensors, Settings settings) => tensors.Sum(tensor => tensor.Length);

    public string? WhyNot(Plan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return plan switch
        {
            { Training.Optimizer: OptimizerKind.Adam } or { Training.Momentum: > 0 } =>
                "a student's control variate is its mean gradient, which is read off its way only where steps are gradients; take sgd without momentum.",
            { Training.RecordPrivacy.IsOn: true } or { Privacy.Clip: not null } =>
                "a control variate is neither clipped nor noised, and tells of a student what its update may not; take fedAvg, or leave " +
                "privacy.clip and training.recordPrivacy.clip out.",
            { Groups.IntraGroupRounds: > 1 } =>
                "a group that averages by itself would need a control variate of its own; take 1 for groups.intraGroupRounds.",
            { NeedsSingleUpdates: true } or { Attack.IsOn: true } =>
                "robust rules and attackers know updates of a model, and scaffold's move a control variate too; take fedAvg, or the mean for " +
                "aggregation.rule and no attack.",
            { Compression.IsOn: true } =>
                "what is left of a compressed control variate is not what its student remembers; take none for compression.method.",
            _ => null,
        };
    }

    public ILocalTurn? Begin(IReadOnlyList<Parameter> parameters, Settings settings, AlgorithmState state)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(state);
        return new Controlled(parameters, state);
    }

    private sealed class Controlled : ILocalTurn
    {
        private readonly AlgorithmState _state;
        private readonly (Parameter Parameter, Tensor Correction)[] _corrections;

        public Controlled(IReadOnlyList<Parameter> parameters, AlgorithmState state)
        {
            _state = state;
            _corrections = new (Parameter, Tensor)[parameters.Count];
            var first = 0;
            for (var i = 0; i < parameters.Count; i++)
            {
                var parameter = parameters[i];
                var correction = new float[(int)parameter.numel()];
                for (var j = 0; j < correction.Length; j++)
                {
                    correction[j] = state.Control[first + j] - Own(first + j);
                }

                first += correction.Length;
                _corrections[i] = (parameter, tensor(correction, parameter.shape, device: parameter.device).DetachFromDisposeScope());
            }
        }

        public void Correct()
        {
            using var noGradients = no_grad();
            foreach (var (parameter, correction) in _corrections)
            {
                using var gradient = parameter.grad;
                gradient?.add_(correction);
            }
        }

        public void End(ReadOnlySpan<float> model, Span<float> update, LocalSteps steps)
        {
            var (memory, change) = (new float[update.Length], new float[update.Length]);
            for (var i = 0; i < update.Length; i++)
            {
                memory[i] = (float)(Own(i) - (double)_state.Control[i] - (update[i] / (steps.Count * steps.LearningRate)));
                change[i] = memory[i] - Own(i);
            }

            (_state.NextMemory, _state.ControlChange) = (memory, change);
        }

        public void Dispose()
        {
            foreach (var (_, correction) in _corrections)
            {
                correction.Dispose();
            }
        }

        /// <summary>c_i, 0 before the student's first round.</summary>
        private float Own(int i) => _state.Memory is { } memory ? memory[i] : 0;
    }
}
