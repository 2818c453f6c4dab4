namespace Cohort.Model.Partitions;

public sealed partial class Partition
{
    /// <summary>Students of whom only is known how many samples each holds.</summary>
    public static Partition OfSizes(IReadOnlyList<int> sizes)
    {
        ArgumentNullException.ThrowIfNull(sizes);
        int[] offsets = new int[sizes.Count + 1];
        for (int student = 0; student < sizes.Count; student++)
            offsets[student + 1] = checked(offsets[student] + sizes[student]);
        return new(offsets, Identity(offsets[^1]));
    }

    /// <summary>One student of many, as only its own device sees them: it holds all samples of a set, in their order.</summary>
    public static Partition OfOne(int student, int students, int samples)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(student);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(student, students);
        int[] offsets = new int[students + 1];
        offsets.AsSpan(student + 1).Fill(samples);
        return new(offsets, Identity(samples));
    }
}
