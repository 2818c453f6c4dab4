namespace Cohort.Federation;

/// <summary>
/// An attacker takes class c for class C - 1 - c when it trains (Fang et al. 2020, "Local Model Poisoning Attacks to Byzantine-Robust
/// Federated Learning", section 4), and may lengthen the update that comes of it (boosting; Bhagoji et al. 2019).
/// </summary>
public sealed class LabelFlip : IAttack
{
    internal static Hyperparameter Boost { get; } = new("boost", 1, "How many times its length an update of false labels has.")
    {
        Least = 0,
        IsAboveLeast = true,
    };

    public string Name => "labelFlip";

    public string Meaning => "class c of C is taken for C - 1 - c in training (Fang et al. 2020)";

    public IReadOnlyList<Hyperparameter> Hyperparameters => [IAttack.Share, Boost];

    public int LabelOf(int label, int classes) => classes - 1 - label;

    public void Poison(Span<int> update, FixedPointGrid grid, Settings settings, Random random)
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (settings[Boost] is not 1 and var boost)
        {
            foreach (ref var value in update)
                value = GridMean.Nearest(value * boost);
        }
    }
}
