namespace Cohort.Federation;

/// <summary>FedAdagrad: v = v + Delta^2, and beta1 = 0 (Reddi et al. 2021, Algorithm 2 and its experiments).</summary>
public sealed class FedAdagrad : AdaptiveMoments
{
    public override string Name => "fedAdagrad";

    public override string Meaning => "divided by the root of all squared updates (Reddi et al. 2021)";

    public override IReadOnlyList<Hyperparameter> Hyperparameters => [Tau];

    private protected override double MomentumOf(Settings settings) => 0;

    private protected override double Second(double v, double square, double beta2) => v + square;
}
