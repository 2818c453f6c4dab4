namespace Cohort.Federation;

/// <summary>FedYogi: v = v - (1 - beta2) Delta^2 sign(v - Delta^2), which forgets slowly where updates become small (Reddi et al. 2021).</summary>
public sealed class FedYogi : AdaptiveMoments
{
    public override string Name => "fedYogi";

    public override string Meaning => "as fedAdam, but a scale that falls slowly (Reddi et al. 2021)";

    private protected override double Second(double v, double square, double beta2) =>
        v - ((1 - beta2) * square * Math.Sign(v - square));
}
