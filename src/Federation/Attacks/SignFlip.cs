namespace Cohort.Federation;

/// <summary>
/// An attacker sends its update turned round and lengthened (Li et al. 2019, "RSA: Byzantine-Robust Stochastic Aggregation Methods for
/// Distributed Learning from Heterogeneous Datasets", section 5).
/// </summary>
public sealed class SignFlip : IAttack
{
    internal static Hyperparameter Strength { get; } = new("strength", 10, "How many times its length a turned update has.")
    {
        Least = 0,
        IsAboveLeast = true,
    };

    public string Name => "signFlip";

    public string Meaning => "updates are turned round and lengthened (Li et al. 2019)";

    public IReadOnlyList<Hyperparameter> Hyperparameters => [IAttack.Share, Strength];

    public void Poison(Span<int> update, FixedPointGrid grid, Settings settings, Random random)
    {
        ArgumentNullException.ThrowIfNull(settings);
        foreach (ref var value in update)
            value = GridMean.Nearest(value * -settings[Strength]);
    }
}
