using Cohort.Model.Data;

namespace Cohort.Model.Partitions;

/// <summary>
/// Which student holds which samples. Two arrays in compressed sparse row form, so that a million students cost a few
/// megabytes: student s holds samples[offsets[s] .. offsets[s + 1]].
/// </summary>
public sealed partial class Partition
{
    private readonly int[] _offsets;
    private readonly int[] _samples;

    private Partition(int[] offsets, int[] samples) => (_offsets, _samples) = (offsets, samples);

    /// <summary>How many students there are.</summary>
    public int Students => _offsets.Length - 1;

    /// <summary>How many samples all students hold together.</summary>
    public int Samples => _samples.Length;

    /// <summary>The samples of one student, as indices into the sample set.</summary>
    public ReadOnlySpan<int> SamplesOf(int student) => _samples.AsSpan(_offsets[student], SizeOf(student));

    /// <summary>How many samples one student holds.</summary>
    public int SizeOf(int student) => _offsets[student + 1] - _offsets[student];

    /// <summary>How many samples of each class each student holds: int[students * classes], one row per student.</summary>
    public int[] Histograms(ISampleSet set)
    {
        ArgumentNullException.ThrowIfNull(set);
        int classes = set.Classes.Count;
        int[] histograms = new int[Students * classes];
        for (int student = 0; student < Students; student++)
        {
            Span<int> row = histograms.AsSpan(student * classes, classes);
            foreach (int sample in SamplesOf(student))
                row[set.LabelOf(sample)]++;
        }

        return histograms;
    }

    private static void CheckStudents(ISampleSet set, int students)
    {
        ArgumentNullException.ThrowIfNull(set);
        if (students < 1)
            throw new ArgumentException($"A partition needs at least 1 student, got {students}.");
        if (students > set.Count)
        {
            throw new ArgumentException(
                $"{set.Count} samples cannot be split over {students} students: each needs one at least.");
        }
    }

    private static int[] Identity(int count)
    {
        int[] samples = new int[count];
        for (int i = 0; i < count; i++)
            samples[i] = i;
        return samples;
    }

    // parts + 1 boundaries of [0, count) whose parts differ by one at most.
    private static int[] EvenOffsets(int count, int parts)
    {
        int[] offsets = new int[parts + 1];
        for (int part = 0; part <= parts; part++)
            offsets[part] = (int)((long)count * part / parts);
        return offsets;
    }

    // Sample indices ordered by key, equal keys in their own order; starts[k] is where key k begins. A counting sort.
    private static (int[] Samples, int[] Starts) SortByKey(int count, int keys, Func<int, int> keyOf)
    {
        int[] starts = new int[keys + 1];
        for (int i = 0; i < count; i++)
            starts[keyOf(i) + 1]++;
        for (int key = 0; key < keys; key++)
            starts[key + 1] += starts[key];
        int[] next = starts[..keys];
        int[] samples = new int[count];
        for (int i = 0; i < count; i++)
            samples[next[keyOf(i)]++] = i;
        return (samples, starts);
    }
}
