using Cohort.Federation;

namespace Cohort.Model.Training.Losses;

/// <summary>
/// The focal loss (1 - p)^gamma times the cross-entropy, where p is the probability that the network gives the label (Lin et al. 2017,
/// "Focal Loss for Dense Object Detection", equation 5): samples that it knows already count for little.
/// </summary>
public sealed class FocalLoss : ILoss
{
    // One step of float32 below 1: there the factor's derivative ends, which is without bound for gamma below 1.
    private const float LeastDoubt = 1e-7f;

    internal static Hyperparameter Gamma { get; } = new(
        "focalGamma", 2, "How much less samples count that the network knows already; 0 is cross-entropy.")
    {
        Least = 0,
        Most = 10,
        Symbol = "gamma",
    };

    public string Name => "focal";

    public string Meaning => "cross-entropy in which samples that the network knows already count for little (Lin et al. 2017)";

    public IReadOnlyList<Hyperparameter> Hyperparameters => [Gamma];

    public Tensor Of(Tensor crossEntropies, Tensor logits, Tensor target, Settings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var probability = (-functional.cross_entropy(logits, target, reduction: Reduction.None)).exp();
        return (1 - probability).clamp(min: LeastDoubt).pow(settings[Gamma]) * crossEntropies;
    }
}
