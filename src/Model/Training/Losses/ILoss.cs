using Cohort.Federation;

namespace Cohort.Model.Training.Losses;

/// <summary>What training makes small: one number for each sample, of which batches take the mean.</summary>
public interface ILoss : IChoice
{
    /// <summary>Each sample's loss.</summary>
    /// <param name="crossEntropies">
    /// Shape [n]: each sample's cross-entropy, label smoothing and its class's weight included, with its gradient.
    /// </param>
    /// <param name="logits">Shape [n, classes].</param>
    /// <param name="target">int64 [n]: labels.</param>
    /// <param name="settings">The numbers given.</param>
    /// <returns>Shape [n].</returns>
    Tensor Of(Tensor crossEntropies, Tensor logits, Tensor target, Settings settings);
}
