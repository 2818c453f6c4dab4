namespace Cohort.Federation;

/// <summary>
/// Federated averaging with server momentum: m = beta1 m + Delta, and the model moves by m (Hsu, Qi, Brown 2019, "Measuring the
/// Effects of Non-Identical Data Distribution for Federated Visual Classification", section 4.3).
/// </summary>
public sealed class FedAvgM : IServerOptimizer
{
    public string Name => "fedAvgM";

    public string Meaning => "with momentum (Hsu et al. 2019)";

    public IReadOnlyList<Hyperparameter> Hyperparameters => [AdaptiveMoments.Beta1];

    public IReadOnlyList<string> Moments => ["m"];

    public float Initial(int moment, Settings settings) => 0;

    public void Step(ReadOnlySpan<double> update, ReadOnlySpan<Memory<float>> moments, Settings settings, Span<double> step)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var beta = settings[AdaptiveMoments.Beta1];
        var m = moments[0].Span;
        for (var i = 0; i < m.Length; i++)
        {
            m[i] = (float)((beta * m[i]) + update[i]);
            step[i] = m[i];
        }
    }
}
