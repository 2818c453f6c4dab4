using Cohort.Model.Data;

namespace Cohort.Model.Partitions;

public sealed partial class Partition
{
    /// <summary>
    /// One student per person in the pictures, in the order of their numbers: what a real deployment looks like.
    /// </summary>
    /// <exception cref="ArgumentException">There is no sample, or a sample whose person is unknown.</exception>
    public static Partition ByPerson(ISampleSet set)
    {
        ArgumentNullException.ThrowIfNull(set);
        if (set.Count == 0)
            throw new ArgumentException("A data set without samples has no persons to partition by.");

        (int first, int last) = PersonRange(set);
        (int[] samples, int[] starts) = SortByKey(set.Count, last - first + 1, i => set.PersonOf(i) - first);
        return new Partition(WithoutEmptyRows(starts), samples);
    }

    private static (int First, int Last) PersonRange(ISampleSet set)
    {
        int first = int.MaxValue;
        int last = int.MinValue;
        int unknown = 0;
        for (int i = 0; i < set.Count; i++)
        {
            int person = set.PersonOf(i);
            if (person < 0)
                unknown++;
            first = Math.Min(first, person);
            last = Math.Max(last, person);
        }

        if (unknown > 0)
        {
            throw new ArgumentException(
                $"{unknown} of {set.Count} samples do not say who is in the picture, so they cannot be partitioned by person; "
                + "use iid, dirichlet or shards.");
        }

        if ((long)last - first > 16L * set.Count + 65536)
        {
            throw new ArgumentException(
                $"Persons are numbered {first} to {last} over {set.Count} samples; number them without gaps.");
        }

        return (first, last);
    }

    private static int[] WithoutEmptyRows(int[] starts)
    {
        int kept = 1;
        for (int row = 1; row < starts.Length; row++)
        {
            if (starts[row] > starts[row - 1])
                starts[kept++] = starts[row];
        }

        return kept == starts.Length ? starts : starts[..kept];
    }
}
