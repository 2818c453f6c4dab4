using Cohort.Federation;

namespace Cohort.Model.Training.Personal;

/// <summary>
/// Every student trains a model of its own from the first one on, which nobody has trained: what it would have without the others, and what
/// a federation has to beat (the "local" of the papers' comparisons, such as Li et al. 2021).
/// </summary>
public sealed class TrainingAlone : IPersonalisation
{
    public string Name => "local";

    public string Meaning => "a model of the student's samples alone, for comparison";

    public IReadOnlyList<Hyperparameter> Hyperparameters => [IPersonalisation.Epochs, IPersonalisation.LearningRate];

    public float[] Personalise(OwnTraining student, float[] global, Settings settings)
    {
        ArgumentNullException.ThrowIfNull(student);
        return student.Train(student.PlanOf(settings), student.Untrained());
    }
}
