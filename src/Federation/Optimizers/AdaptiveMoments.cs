namespace Cohort.Federation;

/// <summary>
/// What FedAdagrad, FedAdam and FedYogi have in common: m = beta1 m + (1 - beta1) Delta, a second moment v of their own, and a
/// step of m / (sqrt(v) + tau) (Reddi et al. 2021, Algorithm 2, which corrects no bias; v begins at tau^2).
/// </summary>
public abstract class AdaptiveMoments : IServerOptimizer
{
    internal static Hyperparameter Beta1 { get; } = new("beta1", 0.9, "How much of the mean updates before stays in the next step.")
    {
        Least = 0,
        Most = 1,
        IsBelowMost = true,
        Symbol = "beta_1",
    };

    internal static Hyperparameter Beta2 { get; } = new("beta2", 0.99, "How much of the squared updates before stays in the step's scale.")
    {
        Least = 0,
        Most = 1,
        IsBelowMost = true,
        Symbol = "beta_2",
    };

    internal static Hyperparameter Tau { get; } = new(
        "tau", 1e-3, "The least scale that a step is divided by: small values follow small updates, large ones make it FedAvg.")
    {
        Least = 0,
        IsAboveLeast = true,
        Symbol = "tau",
    };

    private protected AdaptiveMoments()
    {
    }

    public abstract string Name { get; }

    public abstract string Meaning { get; }

    public virtual IReadOnlyList<Hyperparameter> Hyperparameters => [Beta1, Beta2, Tau];

    public IReadOnlyList<string> Moments => ["m", "v"];

    public float Initial(int moment, Settings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return moment == 0 ? 0 : (float)(settings[Tau] * settings[Tau]);
    }

    public void Step(ReadOnlySpan<double> update, ReadOnlySpan<Memory<float>> moments, Settings settings, Span<double> step)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var (beta1, beta2, tau) = (MomentumOf(settings), settings[Beta2], settings[Tau]);
        var m = moments[0].Span;
        var v = moments[1].Span;
        for (var i = 0; i < update.Length; i++)
        {
            var delta = update[i];
            m[i] = (float)((beta1 * m[i]) + ((1 - beta1) * delta));
            v[i] = (float)Second(v[i], delta * delta, beta2);
            step[i] = m[i] / (Math.Sqrt(v[i]) + tau);
        }
    }

    private protected virtual double MomentumOf(Settings settings) => settings[Beta1];

    /// <summary>The next second moment.</summary>
    /// <param name="v">The last one.</param>
    /// <param name="square">Delta^2.</param>
    /// <param name="beta2">beta_2.</param>
    private protected abstract double Second(double v, double square, double beta2);
}
