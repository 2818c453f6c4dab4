using Cohort.Federation;

namespace Cohort.Model.Training.Personal;

/// <summary>
/// Fine-tuning: a student trains the global model for some epochs on its own samples (Wang et al. 2019, "Federated Evaluation of
/// On-device Personalization"; Yu et al. 2020, "Salvaging Federated Learning by Local Adaptation").
/// </summary>
public sealed class FineTuning : IPersonalisation
{
    public string Name => "fineTune";

    public string Meaning => "the global model, trained on by the student alone (Wang et al. 2019; Yu et al. 2020)";

    public IReadOnlyList<Hyperparameter> Hyperparameters => [IPersonalisation.Epochs, IPersonalisation.LearningRate];

    public float[] Personalise(OwnTraining student, float[] global, Settings settings)
    {
        ArgumentNullException.ThrowIfNull(student);
        return student.Train(student.PlanOf(settings), global);
    }
}
