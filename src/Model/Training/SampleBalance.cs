using Cohort.Model.Data;
using Cohort.Model.Plans;

namespace Cohort.Model.Training;

/// <summary>
/// What each training sample counts for, so that a network learns its class as well whatever its attribute says. A cell is one value of the
/// attribute with one class. The shares are those of all students' samples: students have to tell how many they have of each cell, beyond
/// what grouping asks of them. Samples whose value is not known count as without balance.
/// </summary>
public sealed class SampleBalance
{
    private const int Unknown = -1;

    private readonly int[] _cells;
    private readonly double[] _weights;

    private SampleBalance(int[] cells, double[] weights) => (_cells, _weights) = (cells, weights);

    /// <param name="samples">The training samples.</param>
    /// <param name="trained">Those that somebody trains on.</param>
    /// <param name="attribute">Balanced by what.</param>
    /// <param name="kind">How.</param>
    /// <exception cref="DataFormatException">The samples have no such attribute.</exception>
    public static SampleBalance Of(ISampleSet samples, IReadOnlyCollection<int> trained, string attribute, BalanceKind kind)
    {
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentNullException.ThrowIfNull(trained);
        var known = SampleAttribute.Read(samples, attribute);
        var (classes, values) = (samples.Classes.Count, known.Values.Count);
        var valueOf = known.Values.Select((value, code) => (value, code)).ToDictionary(v => v.value, v => v.code, StringComparer.Ordinal);
        var cells = new int[samples.Count];
        for (var i = 0; i < cells.Length; i++)
        {
            cells[i] = known[i] is { } value ? (valueOf[value] * classes) + samples.LabelOf(i) : Unknown;
        }

        var (joint, byValue, byClass, all) = (new double[values * classes], new double[values], new double[classes], 0);
        foreach (var cell in trained.Select(sample => cells[sample]).Where(cell => cell != Unknown))
        {
            joint[cell]++;
            byValue[cell / classes]++;
            byClass[cell % classes]++;
            all++;
        }

        return new(cells, [.. joint.Select((count, cell) => count == 0 ? 0 : kind switch
        {
            // P(a) P(y) / P(a, y) of Kamiran and Calders 2012, section 5.2.
            BalanceKind.Reweigh => byValue[cell / classes] * byClass[cell % classes] / (count * all),
            BalanceKind.Resample => byClass[cell % classes] / (Filled(cell % classes) * count),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Unknown balance."),
        })]);

        int Filled(int label) => Enumerable.Range(0, values).Count(value => joint[(value * classes) + label] > 0);
    }

    /// <summary>A sample's weight; the mean over all samples that are trained on is 1, and so is the weight of one whose value is not known.</summary>
    public double WeightOf(int sample) => _cells[sample] == Unknown ? 1 : _weights[_cells[sample]];

    /// <summary>As many of a student's samples as it has, drawn with replacement, each as likely as its weight says.</summary>
    public int[] Draw(ReadOnlySpan<int> mine, Random random)
    {
        var ends = new double[mine.Length];
        var sum = 0.0;
        for (var i = 0; i < mine.Length; i++)
        {
            ends[i] = sum += WeightOf(mine[i]);
        }

        var drawn = new int[mine.Length];
        for (var i = 0; i < drawn.Length; i++)
        {
            var found = Array.BinarySearch(ends, random.NextDouble() * sum);
            drawn[i] = mine[Math.Min(found >= 0 ? found + 1 : ~found, mine.Length - 1)];
        }

        return drawn;
    }
}
