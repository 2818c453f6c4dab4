namespace Cohort.Federation;

/// <summary>
/// "A Little Is Enough" (Baruch, Baruch, Goldberg 2019, Algorithm 3): all attackers send mu - z sigma, the mean and deviation of each
/// coordinate as their own honest updates have them, so that no distance gives them away. One attacker alone in its group has no
/// deviation, and stays honest.
/// </summary>
public sealed class Alie : IAttack
{
    internal static Hyperparameter Deviations { get; } = new(
        "deviations", 1.5, "How many standard deviations colluding attackers are off the mean, in each coordinate.")
    {
        Least = 0,
        IsAboveLeast = true,
        Symbol = "z",
    };

    public string Name => "alie";

    public string Meaning => "attackers hide z deviations off the mean, which they work out together (Baruch et al. 2019)";

    public IReadOnlyList<Hyperparameter> Hyperparameters => [IAttack.Share, Deviations];

    public bool IsColluding => true;

    public void Collude(IReadOnlyList<int[]> honest, Settings settings, Span<int> poisoned)
    {
        ArgumentNullException.ThrowIfNull(honest);
        ArgumentNullException.ThrowIfNull(settings);
        var z = settings[Deviations];
        for (var i = 0; i < poisoned.Length; i++)
        {
            var (sum, squares) = (0L, 0.0);
            foreach (var update in honest)
                sum += update[i];
            var mean = (double)sum / honest.Count;
            foreach (var update in honest)
                squares += (update[i] - mean) * (update[i] - mean);
            poisoned[i] = GridMean.Nearest(mean - (z * Math.Sqrt(squares / honest.Count)));
        }
    }
}
