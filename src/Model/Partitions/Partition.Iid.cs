using Cohort.Model.Data;
using Cohort.Model.Randomness;

namespace Cohort.Model.Partitions;

public sealed partial class Partition
{
    /// <summary>Independent and identically distributed: samples in random order, sizes within one.</summary>
    /// <exception cref="ArgumentException">Fewer than one student, or more students than samples.</exception>
    public static Partition Iid(ISampleSet set, int students, Random random)
    {
        CheckStudents(set, students);
        int[] samples = Identity(set.Count);
        random.Permute<int>(samples);
        return new Partition(EvenOffsets(samples.Length, students), samples);
    }
}
