namespace Cohort.Federation;

/// <summary>
/// KL(group || population) of whole counts, quickly: n ln n is tabulated, as searches ask for it millions of times.
/// </summary>
internal sealed class DivergenceTable
{
    private const int TabulatedSamples = 1 << 14;

    private readonly double[] _logPopulation;
    private readonly double[] _timesLog = new double[TabulatedSamples];

    /// <param name="population">Shape [C]: each class's share.</param>
    public DivergenceTable(ReadOnlySpan<double> population)
    {
        _logPopulation = Array.ConvertAll(population.ToArray(), share => share > 0 ? PortableMath.Log(share) : 0);
        Worst = LabelDistribution.Worst(population);
        for (var n = 1; n < TabulatedSamples; n++)
            _timesLog[n] = n * PortableMath.Log(n);
    }

    /// <summary>What a group without samples counts as.</summary>
    public double Worst { get; }

    /// <summary>The divergence of a group after one student left and another joined, in nats.</summary>
    /// <param name="counts">Shape [C]: the group's samples before.</param>
    /// <param name="leaving">Shape [C].</param>
    /// <param name="joining">Shape [C].</param>
    public double After(ReadOnlySpan<long> counts, ReadOnlySpan<int> leaving, ReadOnlySpan<int> joining)
    {
        // sum of (n_c / N) ln(n_c / N / p_c) = (sum of n_c ln n_c - n_c ln p_c) / N - ln N.
        long samples = 0;
        double sum = 0;
        for (var c = 0; c < counts.Length; c++)
        {
            var n = counts[c] + joining[c] - leaving[c];
            samples += n;
            sum += TimesLog(n) - (n * _logPopulation[c]);
        }

        return samples > 0 ? (sum - TimesLog(samples)) / samples : Worst;
    }

    private double TimesLog(long n) =>
        n < TabulatedSamples ? _timesLog[n] : n * PortableMath.Log(n);
}
