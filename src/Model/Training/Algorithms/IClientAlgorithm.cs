using Cohort.Federation;
using Cohort.Model.Files;
using Cohort.Model.Plans;

namespace Cohort.Model.Training.Algorithms;

/// <summary>
/// What students do in a round beyond plain local training (ClientUpdate of McMahan et al. 2017, Algorithm 1): what they add to their
/// gradients, what they remember, and what an update counts for in the average.
/// </summary>
public interface IClientAlgorithm : IChoice
{
    /// <summary>
    /// True if the server keeps a control variate of the model's shape. It goes to the students with the model, and their updates have
    /// a second half, as long as the first, that moves it.
    /// </summary>
    bool HasControl => false;

    /// <summary>True if a student remembers something from one of its rounds to its next.</summary>
    bool StudentsRemember => false;

    /// <summary>How many values that are; 0 for nothing.</summary>
    /// <param name="tensors">The network's, in the order of its parameter vector.</param>
    /// <param name="settings">The numbers given.</param>
    int MemoryLength(IReadOnlyList<TensorLayout> tensors, Settings settings) => 0;

    /// <returns>Why it cannot be what a plan is trained with, and what to do, as a sentence; null if it can.</returns>
    string? WhyNot(Plan plan) => null;

    /// <summary>Begins one local training; null where it is plain.</summary>
    /// <param name="parameters">The network's, in the order of its parameter vector. They are those of the model that the student was given.</param>
    /// <param name="settings">The numbers given.</param>
    /// <param name="state">What the server and the student remember, and where both changes go.</param>
    ILocalTurn? Begin(IReadOnlyList<Parameter> parameters, Settings settings, AlgorithmState state) => null;

    /// <summary>
    /// |a|_1 of Wang et al. 2020: how many steps of plain SGD a training amounts to, where updates are to be averaged by the step; null
    /// where they are averaged as they are.
    /// </summary>
    /// <param name="plan">E, B and the optimiser.</param>
    /// <param name="samples">The student's, at least 1.</param>
    double? EffectiveSteps(TrainingPlan plan, int samples) => null;
}

/// <summary>One local training by an algorithm.</summary>
public interface ILocalTurn : IDisposable
{
    /// <summary>Adds to the gradients that the loss left at the parameters; the optimiser's step follows.</summary>
    void Correct()
    {
    }

    /// <summary>After the last step.</summary>
    /// <param name="model">What the student was given, shape [n].</param>
    /// <param name="update">Shape [n]: what its parameters are now, minus that; what it leaves here is sent.</param>
    /// <param name="steps">How it was trained.</param>
    void End(ReadOnlySpan<float> model, Span<float> update, LocalSteps steps)
    {
    }
}

/// <summary>K steps of SGD at one rate.</summary>
/// <param name="Count">K.</param>
/// <param name="LearningRate">eta of the round.</param>
public readonly record struct LocalSteps(int Count, double LearningRate);
