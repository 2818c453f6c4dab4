using Cohort.Model.Data;
using Cohort.Model.Randomness;

namespace Cohort.Model.Partitions;

public sealed partial class Partition
{
    /// <summary>
    /// Divides every student's samples into those that it trains on and those that it keeps from training, to judge by. As nearly as
    /// whole samples allow, a student keeps the share of each of its classes; it always trains on one sample at least, so that who has a
    /// single one keeps none. Both parts have their samples in the order of this partition.
    /// </summary>
    /// <param name="set">Says the samples' classes.</param>
    /// <param name="share">What each student keeps, rounded to whole samples: from 0 to below 1.</param>
    /// <param name="seed">With the student's number and its samples all that decides which.</param>
    /// <exception cref="ArgumentOutOfRangeException">The share is not from 0 to below 1.</exception>
    public (Partition Trained, Partition HeldOut) HoldOut(ISampleSet set, double share, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(set);
        if (!(share is >= 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(share), share, "Expected a share from 0 to below 1.");
        if (share == 0)
            return (this, new Partition(new int[_offsets.Length], []));

        var (trainedOffsets, keptOffsets) = (new int[Students + 1], new int[Students + 1]);
        for (int student = 0; student < Students; student++)
        {
            int kept = KeptOf(SizeOf(student), share);
            keptOffsets[student + 1] = keptOffsets[student] + kept;
            trainedOffsets[student + 1] = trainedOffsets[student] + SizeOf(student) - kept;
        }

        var (trained, held) = (new int[trainedOffsets[^1]], new int[keptOffsets[^1]]);
        for (int student = 0; student < Students; student++)
        {
            int kept = keptOffsets[student + 1] - keptOffsets[student];
            bool[] isKept = Choose(set, SamplesOf(student), kept, seed, student);
            var (nextTrained, nextKept) = (trainedOffsets[student], keptOffsets[student]);
            for (int i = 0; i < isKept.Length; i++)
            {
                if (isKept[i])
                    held[nextKept++] = SamplesOf(student)[i];
                else
                    trained[nextTrained++] = SamplesOf(student)[i];
            }
        }

        return (new Partition(trainedOffsets, trained), new Partition(keptOffsets, held));
    }

    private static int KeptOf(int samples, double share) =>
        Math.Max(0, Math.Min((int)Math.Round(share * samples, MidpointRounding.AwayFromZero), samples - 1));

    /// <summary>Which of a student's samples it keeps: of each class by lot, as many as <see cref="Apportion"/> says.</summary>
    private static bool[] Choose(ISampleSet set, ReadOnlySpan<int> samples, int kept, ulong seed, int student)
    {
        bool[] isKept = new bool[samples.Length];
        if (kept == 0)
            return isKept;

        var random = KeyedRandom.For(seed, Purpose.HoldOut, student);
        int[] labels = new int[samples.Length];
        for (int i = 0; i < labels.Length; i++)
            labels[i] = set.LabelOf(samples[i]);
        (int[] byClass, int[] starts) = SortByKey(labels.Length, set.Classes.Count, i => labels[i]);
        int[] ofClass = Apportion(starts, kept, random);
        for (int label = 0; label < ofClass.Length; label++)
        {
            Span<int> places = byClass.AsSpan(starts[label]..starts[label + 1]);
            random.Permute(places);
            foreach (int place in places[..ofClass[label]])
                isKept[place] = true;
        }

        return isKept;
    }

    /// <summary>
    /// Whole samples of each class that add up to the number kept, by largest remainders (Hamilton's method); equal remainders by lot, so
    /// that no class is always the one that goes short.
    /// </summary>
    private static int[] Apportion(int[] starts, int kept, KeyedRandom random)
    {
        int[] classes = Identity(starts.Length - 1);
        random.Permute<int>(classes);
        int total = starts[^1];
        int[] ofClass = new int[classes.Length];
        long[] remainders = new long[classes.Length];
        int left = kept;
        foreach (int label in classes)
        {
            (long whole, remainders[label]) = Math.DivRem((long)kept * (starts[label + 1] - starts[label]), total);
            ofClass[label] = (int)whole;
            left -= (int)whole;
        }

        foreach (int label in classes.OrderByDescending(label => remainders[label]).Take(left)) // stable: the lot decides among equals
            ofClass[label]++;
        return ofClass;
    }
}
