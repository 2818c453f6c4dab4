namespace Cohort.Federation;

/// <summary>
/// What some students do to spoil a model, simulated so that rules can be compared. Who they are follows from the plan's seed. An attack
/// changes labels before the training, or an update before it leaves its student; attackers that collude see each other's honest
/// updates, which the simulation gives them at their group's leader.
/// </summary>
public interface IAttack : IChoice
{
    /// <summary>Which attacks share.</summary>
    static Hyperparameter Share { get; } = new("share", 0.2, "Share of the students that attack; who they are follows from the seed.")
    {
        Least = 0,
        IsAboveLeast = true,
        Most = 1,
        IsBelowMost = true,
    };

    /// <summary>True if what an attacker sends follows from all attackers' updates.</summary>
    bool IsColluding => false;

    /// <summary>What an attacker takes a label for when it trains.</summary>
    /// <param name="label">The true one, from 0.</param>
    /// <param name="classes">How many there are.</param>
    int LabelOf(int label, int classes) => label;

    /// <summary>Makes of what an attacker has trained what it sends.</summary>
    /// <param name="update">Shape [d], in steps of the grid.</param>
    /// <param name="grid">The grid.</param>
    /// <param name="settings">The numbers given.</param>
    /// <param name="random">The attacker's, of this round.</param>
    void Poison(Span<int> update, FixedPointGrid grid, Settings settings, Random random)
    {
    }

    /// <summary>What all attackers of a group send.</summary>
    /// <param name="honest">What they have trained, ascending by student; each has shape [d], in steps of the grid.</param>
    /// <param name="settings">The numbers given.</param>
    /// <param name="poisoned">Shape [d], in steps of the grid.</param>
    void Collude(IReadOnlyList<int[]> honest, Settings settings, Span<int> poisoned) =>
        throw new NotSupportedException($"Attackers by {Name} do not collude.");
}
