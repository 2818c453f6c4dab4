using Cohort.Federation;
using Cohort.Model.Plans;

namespace Cohort.Model.Training.Algorithms;

/// <summary>
/// FedProx: a student minimises its loss + mu / 2 |w - w0|^2, where w0 is the model that it was given (Li et al. 2020, "Federated
/// Optimization in Heterogeneous Networks", equation 2). The term's gradient mu (w - w0) joins the loss's before the optimiser sees it,
/// so momentum and Adam's moments are those of the whole objective.
/// </summary>
public sealed class FedProx : IClientAlgorithm
{
    internal static Hyperparameter Mu { get; } = new("mu", 0.01, "How strongly a student's training is drawn back to the model it started from.")
    {
        Least = 0,
        Symbol = "mu",
    };

    public string Name => "fedProx";

    public string Meaning => "drawn back to the model that it started from (Li et al. 2020)";

    public IReadOnlyList<Hyperparameter> Hyperparameters => [Mu];

    public string? WhyNot(Plan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return plan.Training.RecordPrivacy.IsOn
            ? "DP-SGD makes its own steps of noised gradients, and fedProx adds nothing to them; take fedAvg, or leave " +
              "training.recordPrivacy.clip out."
            : null;
    }

    public ILocalTurn? Begin(IReadOnlyList<Parameter> parameters, Settings settings, AlgorithmState state)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(settings);
        return new Proximal(parameters, settings[Mu]);
    }

    private sealed class Proximal : ILocalTurn
    {
        private readonly (Parameter Parameter, Tensor Start)[] _parameters;
        private readonly double _mu;

        public Proximal(IReadOnlyList<Parameter> parameters, double mu)
        {
            using var noGradients = no_grad();
            _parameters = [.. parameters.Select(parameter => (parameter, parameter.clone().DetachFromDisposeScope()))];
            _mu = mu;
        }

        public void Correct()
        {
            using var noGradients = no_grad();
            foreach (var (parameter, start) in _parameters)
            {
                using var away = parameter - start;
                using var gradient = parameter.grad;
                gradient?.add_(away, _mu);
            }
        }

        public void Dispose()
        {
            foreach (var (_, start) in _parameters)
            {
                start.Dispose();
            }
        }
    }
}
