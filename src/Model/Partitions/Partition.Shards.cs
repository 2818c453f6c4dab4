using Cohort.Model.Data;
using Cohort.Model.Randomness;

namespace Cohort.Model.Partitions;

public sealed partial class Partition
{
    /// <summary>
    /// The pathological non-iid partition of McMahan et al. 2017 (section 3): samples sorted by label, cut into
    /// students * shardsPerStudent shards of sizes within one, dealt out at random, shardsPerStudent to each.
    /// </summary>
    /// <exception cref="ArgumentException">Fewer than one student or shard, or more shards than samples.</exception>
    public static Partition Shards(ISampleSet set, int students, int shardsPerStudent, Random random)
    {
        CheckStudents(set, students);
        if (shardsPerStudent < 1)
            throw new ArgumentException($"Every student needs at least 1 shard, got {shardsPerStudent}.");
        if ((long)students * shardsPerStudent > set.Count)
        {
            throw new ArgumentException(
                $"{set.Count} samples cannot be cut into {(long)students * shardsPerStudent} shards "
                + $"({students} students with {shardsPerStudent} each).");
        }

        (int[] sorted, _) = SortByKey(set.Count, set.Classes.Count, set.LabelOf);
        int[] shards = Identity(students * shardsPerStudent);
        random.Permute<int>(shards);
        int[] bounds = EvenOffsets(sorted.Length, shards.Length);

        int[] offsets = new int[students + 1];
        int[] samples = new int[sorted.Length];
        int filled = 0;
        for (int i = 0; i < shards.Length; i++)
        {
            ReadOnlySpan<int> shard = sorted.AsSpan(bounds[shards[i]]..bounds[shards[i] + 1]);
            shard.CopyTo(samples.AsSpan(filled));
            filled += shard.Length;
            offsets[(i / shardsPerStudent) + 1] = filled;
        }

        return new Partition(offsets, samples);
    }
}
