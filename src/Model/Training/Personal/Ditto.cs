using Cohort.Federation;
using Cohort.Model.Training.Algorithms;

namespace Cohort.Model.Training.Personal;

/// <summary>
/// Ditto: a student's model v minimises F_k(v) + lambda / 2 |v - w*|^2, where w* is the global model (Li et al. 2021, "Ditto: Fair and
/// Robust Federated Learning Through Personalization", the objective of section 3). w* does not depend on any v, so v is found when w*
/// is there, from w* on; the paper's Algorithm 1 steps with both in turn. The term is <see cref="FedProx"/>'s, with lambda for mu.
/// </summary>
public sealed class Ditto : IPersonalisation
{
    internal static Hyperparameter Lambda { get; } = new("lambda", 0.1, "How strongly a personal model is drawn back to the global one.")
    {
        Least = 0,
        Symbol = "lambda",
    };

    public string Name => "ditto";

    public string Meaning => "trained on by the student, and drawn back to the global model (Li et al. 2021)";

    public IReadOnlyList<Hyperparameter> Hyperparameters => [IPersonalisation.Epochs, Lambda, IPersonalisation.LearningRate];

    public float[] Personalise(OwnTraining student, float[] global, Settings settings)
    {
        ArgumentNullException.ThrowIfNull(student);
        ArgumentNullException.ThrowIfNull(settings);
        var drawnBack = new Choice<IClientAlgorithm>(new FedProx().Name)
        {
            Settings = Settings.None.With(FedProx.Mu.Name, settings[Lambda]),
        };
        return student.Train(student.PlanOf(settings) with { Algorithm = drawnBack }, global);
    }
}
