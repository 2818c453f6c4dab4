using Cohort.Federation;
using Cohort.Model.Plans;

namespace Cohort.Model.Training.Algorithms;

/// <summary>
/// What students do in a round beyond plain local training (ClientUpdate of McMahan et al. 2017, Algorithm 1): what they add to their
/// gradients, and what an update counts for in the average.
/// </summary>
public interface IClientAlgorithm : IChoice
{
    /// <returns>Why it cannot be what a plan is trained with, and what to do, as a sentence; null if it can.</returns>
    string? WhyNot(Plan plan) => null;

    /// <summary>What is added to the gradients of one local training; null for nothing.</summary>
    /// <param name="parameters">The network's. They are those of the model from which the training starts.</param>
    /// <param name="settings">The numbers given.</param>
    IGradientCorrection? Correction(IReadOnlyList<Parameter> parameters, Settings settings) => null;

    /// <summary>
    /// |a|_1 of Wang et al. 2020: how many steps of plain SGD a training amounts to, where updates are to be averaged by the step; null
    /// where they are averaged as they are.
    /// </summary>
    /// <param name="plan">E, B and the optimiser.</param>
    /// <param name="samples">The student's, at least 1.</param>
    double? EffectiveSteps(TrainingPlan plan, int samples) => null;
}

/// <summary>What one local training adds to each of its steps' gradients.</summary>
public interface IGradientCorrection : IDisposable
{
    /// <summary>Adds to the gradients that the loss left at the parameters; the optimiser's step follows.</summary>
    void Apply();
}
