using Cohort.Model.Data;
using Cohort.Model.Plans;

namespace Cohort.Model.Training;

/// <summary>
/// What each training sample counts for, so that a network learns its class as well whatever its attribute says. A cell is one value of the
/// attribute with one class; samples whose value is not known form cells of their own. The shares are those of all students' samples:
/// students have to tell how many they have of each cell, beyond what grouping asks of them.
/// </summary>
public sealed class SampleBalance
{
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
        var (classes, values) = (samples.Classes.Count, known.Values.Count + 1);
        var valueOf = known.Values.Select((value, code) => (value, code)).ToDictionary(v => v.value, v => v.code, StringComparer.Ordinal);
        var cells = new int[samples.Count];
        for (var i = 0; i < cells.Length; i++)
        {
            cells[i] = ((known[i] is { } value ? valueOf[value] : values - 1) * classes) + samples.LabelOf(i);
        }

        var (joint, byValue, byClass) = (new double[values * classes], new double[values], new double[classes]);
        foreach (var sample in trained)
        {
            joint[cells[sample]]++;
            byValue[cells[sample] / classes]++;
            byClass[cells[sample] % classes]++;
        }

        var filled = joint.Count(count => count > 0);
        return new(cells, [.. joint.Select((count, cell) => count == 0 ? 0 : kind switch
        {
            // P(a) P(y) / P(a, y) of Kamiran and Calders 2012, section 5.2.
            BalanceKind.Reweigh => byValue[cell / classes] * byClass[cell % classes] / (count * trained.Count),
            BalanceKind.Resample => trained.Count / (filled * count),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Unknown balance."),
        })]);
    }

    /// <summary>A sample's weight; the mean over all samples that are trained on is 1.</summary>
    public double WeightOf(int sample) => _weights[_cells[sample]];

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
