using Cohort.Federation;

namespace Cohort.Model.Training.Personal;

/// <summary>
/// How a student makes the global model its own: on its own samples, for itself alone, once the model is trained. Nothing of it leaves
/// the student, and the federation is what it would be without.
/// </summary>
public interface IPersonalisation : IChoice
{
    /// <summary>E of the methods that train.</summary>
    static Hyperparameter Epochs { get; } = new("epochs", 5, "How often a student goes through its samples for its personal model.")
    {
        Least = 1,
        Most = 10_000,
        IsWhole = true,
        Unit = "passes",
        Symbol = "E",
    };

    /// <summary>eta of the methods that train; it does not decay.</summary>
    static Hyperparameter LearningRate { get; } = new("learningRate", 0.01, "Step size of a personal model's training.")
    {
        Least = 0,
        IsAboveLeast = true,
        Symbol = "eta",
    };

    /// <param name="student">Trains on the student's samples.</param>
    /// <param name="global">float32 [parameters]: the model that the federation trained; not to be changed.</param>
    /// <param name="settings">The numbers given.</param>
    /// <returns>float32 [parameters]: the student's model, which may be the global one itself.</returns>
    /// <exception cref="TrainingException">It cannot be trained.</exception>
    float[] Personalise(OwnTraining student, float[] global, Settings settings);
}
