using System.Runtime.InteropServices;

namespace Cohort.Model.Data;

/// <summary>Two samples with the same bytes; the first is the one that came first.</summary>
public readonly record struct DuplicatePair(int First, int Second);

/// <summary>
/// Samples that stand more than once in a data set, byte by byte. A later copy is paired with the first of its kind, so n equal ones
/// make n - 1 pairs.
/// </summary>
/// <param name="Across">A training sample (First) that stands in the test set too (Second).</param>
/// <param name="WithinTrain">Copies among the training samples.</param>
/// <param name="WithinTest">Copies among the test samples.</param>
public sealed record Duplicates(
    IReadOnlyList<DuplicatePair> Across, IReadOnlyList<DuplicatePair> WithinTrain, IReadOnlyList<DuplicatePair> WithinTest)
{
    /// <summary>Compares all samples of a data set.</summary>
    public static Duplicates Find(DataSet data)
    {
        ArgumentNullException.ThrowIfNull(data);
        var train = new Finder(data.Train);
        var test = new Finder(data.Test);
        List<DuplicatePair> withinTrain = train.AddAll();
        List<DuplicatePair> withinTest = test.AddAll();
        return new Duplicates(train.FindAll(data.Test), withinTrain, withinTest);
    }

    /// <summary>The test set without the samples that stand in the training set: what an accuracy may be quoted on.</summary>
    /// <param name="test">The test set these duplicates were found in.</param>
    public ISampleSet WithoutTrainingSamples(ISampleSet test)
    {
        ArgumentNullException.ThrowIfNull(test);
        if (Across.Count == 0)
            return test;
        HashSet<int> dropped = [.. Across.Select(pair => pair.Second)];
        return new SampleSubset(test, [.. Enumerable.Range(0, test.Count).Where(i => !dropped.Contains(i))]);
    }

    // A hash table over their bytes, chained through the sample indices.
    private sealed class Finder(ISampleSet set)
    {
        private readonly Dictionary<ulong, int> _heads = new(set.Count);
        private readonly int[] _next = new int[set.Count];
        private readonly byte[] _candidate = new byte[set.Shape.Length];

        public List<DuplicatePair> AddAll()
        {
            var pairs = new List<DuplicatePair>();
            byte[] sample = new byte[set.Shape.Length];
            for (int i = 0; i < set.Count; i++)
            {
                set.CopySample(i, sample);
                ulong hash = Hash(sample);
                int first = Find(hash, sample);
                if (first >= 0)
                {
                    pairs.Add(new DuplicatePair(first, i));
                    continue;
                }

                _next[i] = _heads.GetValueOrDefault(hash, -1);
                _heads[hash] = i;
            }

            return pairs;
        }

        public List<DuplicatePair> FindAll(ISampleSet other)
        {
            var pairs = new List<DuplicatePair>();
            if (other.Shape != set.Shape)
                return pairs;
            byte[] sample = new byte[set.Shape.Length];
            for (int i = 0; i < other.Count; i++)
            {
                other.CopySample(i, sample);
                int first = Find(Hash(sample), sample);
                if (first >= 0)
                    pairs.Add(new DuplicatePair(first, i));
            }

            return pairs;
        }

        private int Find(ulong hash, ReadOnlySpan<byte> sample)
        {
            for (int i = _heads.GetValueOrDefault(hash, -1); i >= 0; i = _next[i])
            {
                set.CopySample(i, _candidate);
                if (sample.SequenceEqual(_candidate))
                    return i;
            }

            return -1;
        }

        private static ulong Hash(ReadOnlySpan<byte> sample)
        {
            ulong hash = (ulong)sample.Length;
            foreach (ulong word in MemoryMarshal.Cast<byte, ulong>(sample))
                hash = ((hash ^ word) * 0x9E3779B97F4A7C15) ^ (hash >> 29);
            foreach (byte rest in sample[(sample.Length & ~7)..])
                hash = (hash ^ rest) * 0x100000001B3;
            return hash;
        }
    }
}
