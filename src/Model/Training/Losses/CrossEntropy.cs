using Cohort.Federation;

namespace Cohort.Model.Training.Losses;

/// <summary>Cross-entropy: minus the logarithm of the probability that the network gives the label.</summary>
public sealed class CrossEntropy : ILoss
{
    public string Name => "crossEntropy";

    public string Meaning => "minus the logarithm of the label's probability";

    public Tensor Of(Tensor crossEntropies, Tensor logits, Tensor target, Settings settings) => crossEntropies;
}
