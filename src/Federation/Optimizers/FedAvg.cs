namespace Cohort.Federation;

/// <summary>Federated averaging: the model moves by the mean update (McMahan et al. 2017, Algorithm 1).</summary>
public sealed class FedAvg : IServerOptimizer
{
    public string Name => "fedAvg";

    public string Meaning => "the model moves by the mean update (McMahan et al. 2017)";

    public IReadOnlyList<string> Moments => [];

    public float Initial(int moment, Settings settings) => 0;

    public void Step(ReadOnlySpan<double> update, ReadOnlySpan<Memory<float>> moments, Settings settings, Span<double> step) =>
        update.CopyTo(step);
}
