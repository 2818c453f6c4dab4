namespace Cohort.Federation;

/// <summary>An attacker sends Gaussian noise instead of its update (Blanchard et al. 2017, section 6).</summary>
public sealed class GaussianNoise : IAttack
{
    internal static Hyperparameter Deviation { get; } = new("deviation", 1, "Standard deviation of each value of the noise.")
    {
        Least = 0,
        IsAboveLeast = true,
        Unit = "parameters' own",
        Symbol = "sigma",
    };

    public string Name => "noise";

    public string Meaning => "updates are Gaussian noise (Blanchard et al. 2017)";

    public IReadOnlyList<Hyperparameter> Hyperparameters => [IAttack.Share, Deviation];

    public void Poison(Span<int> update, FixedPointGrid grid, Settings settings, Random random)
    {
        ArgumentNullException.ThrowIfNull(grid);
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(random);
        var deviation = settings[Deviation] / grid.Step;
        foreach (ref var value in update)
            value = GridMean.Nearest(deviation * Draw(random));
    }

    // Marsaglia's polar method 1964; of its two values the second is dropped.
    private static double Draw(Random random)
    {
        while (true)
        {
            var (u, v) = ((2 * random.NextDouble()) - 1, (2 * random.NextDouble()) - 1);
            var s = (u * u) + (v * v);
            if (s is > 0 and < 1)
                return u * Math.Sqrt(-2 * PortableMath.Log(s) / s);
        }
    }
}
