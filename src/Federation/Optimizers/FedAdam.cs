namespace Cohort.Federation;

/// <summary>FedAdam: v = beta2 v + (1 - beta2) Delta^2 (Reddi et al. 2021, Algorithm 2).</summary>
public sealed class FedAdam : AdaptiveMoments
{
    public override string Name => "fedAdam";

    public override string Meaning => "divided by the root of a moving mean of squared updates (Reddi et al. 2021)";

    private protected override double Second(double v, double square, double beta2) => (beta2 * v) + ((1 - beta2) * square);
}
