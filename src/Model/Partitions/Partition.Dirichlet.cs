using Cohort.Model.Data;
using Cohort.Model.Randomness;

namespace Cohort.Model.Partitions;

public sealed partial class Partition
{
    /// <summary>
    /// Label skew as in Yurochkin et al. 2019 ("Bayesian nonparametric federated learning of neural networks", section 4): for
    /// each class, the students' shares of its samples are one draw from Dirichlet(alpha), so sizes differ too. A small alpha
    /// gives each student few classes; a large one approaches iid. (Hsu et al. 2019 draw classes per student at equal sizes
    /// instead; theirs is not this.)
    /// </summary>
    /// <param name="set">What to split.</param>
    /// <param name="students">How many students.</param>
    /// <param name="alpha">The concentration, above 0.</param>
    /// <param name="random">Where the draws come from.</param>
    /// <param name="minimumSize">
    /// Students left with fewer samples are filled up, one sample at a time, from whoever then holds most. Capped at
    /// count / students.
    /// </param>
    /// <exception cref="ArgumentException">Alpha or the number of students is out of range.</exception>
    public static Partition Dirichlet(ISampleSet set, int students, double alpha, Random random, int minimumSize = 10)
    {
        CheckStudents(set, students);
        if (!(alpha > 0 && double.IsFinite(alpha)))
            throw new ArgumentException($"The Dirichlet concentration alpha must be a number above 0, got {alpha}.");
        ArgumentOutOfRangeException.ThrowIfNegative(minimumSize);

        int[] owners = DrawOwners(set, students, alpha, random);
        FillUp(owners, students, Math.Min(minimumSize, set.Count / students));
        (int[] samples, int[] offsets) = SortByKey(set.Count, students, i => owners[i]);
        return new Partition(offsets, samples);
    }

    private static int[] DrawOwners(ISampleSet set, int students, double alpha, Random random)
    {
        (int[] sorted, int[] starts) = SortByKey(set.Count, set.Classes.Count, set.LabelOf);
        int[] owners = new int[set.Count];
        double[] shares = new double[students];
        for (int label = 0; label < set.Classes.Count; label++)
        {
            Span<int> ofLabel = sorted.AsSpan(starts[label]..starts[label + 1]);
            random.Permute(ofLabel);
            random.NextDirichlet(alpha, shares);
            double reached = 0;
            int from = 0;
            for (int student = 0; student < students; student++)
            {
                reached += shares[student];
                int to = student == students - 1 ? ofLabel.Length : Math.Min((int)(reached * ofLabel.Length), ofLabel.Length);
                foreach (int sample in ofLabel[from..to])
                    owners[sample] = student;
                from = to;
            }
        }

        return owners;
    }

    // Deterministic: students in order, always from the richest (the lower number where equal), its last sample. The richest
    // stays above the minimum, because the minimum is at most the mean.
    private static void FillUp(int[] owners, int students, int minimumSize)
    {
        var held = new List<int>[students];
        for (int student = 0; student < students; student++)
            held[student] = [];
        for (int sample = 0; sample < owners.Length; sample++)
            held[owners[sample]].Add(sample);

        var richest = new PriorityQueue<int, (int Rank, int Student)>(students);
        for (int student = 0; student < students; student++)
            richest.Enqueue(student, (-held[student].Count, student));

        for (int student = 0; student < students; student++)
        {
            for (int missing = minimumSize - held[student].Count; missing > 0; missing--)
            {
                int giver = richest.Dequeue();
                int sample = held[giver][^1];
                held[giver].RemoveAt(held[giver].Count - 1);
                owners[sample] = student;
                richest.Enqueue(giver, (-held[giver].Count, giver));
            }
        }
    }
}
