using Cohort.Model.Networks;
using Cohort.Model.Training;

namespace Cohort.Model.Audit;

/// <summary>
/// What everybody in a round knows before any update arrives, and so what an honest but curious leader begins with: the global
/// model, and the plan's learning rate.
/// </summary>
/// <param name="Network">The network.</param>
/// <param name="Parameters">float32, the global model before the round.</param>
/// <param name="Scale">From bytes to the network's input.</param>
/// <param name="LearningRate">eta: an update of one SGD step is -eta times the gradient.</param>
public sealed record AttackerKnowledge(NetworkSpec Network, float[] Parameters, PixelScale Scale, double LearningRate);

/// <summary>What an attack made of an update.</summary>
/// <param name="Pixels">Brightness from 0 to 1, [channels, height, width].</param>
/// <param name="Label">The class that the update gives away.</param>
/// <param name="Mismatch">
/// How far the picture's gradient is from the update's, as the attack measures it; 0 for an attack that solves instead of
/// searching.
/// </param>
public sealed record Reconstruction(float[] Pixels, int Label, double Mismatch);
