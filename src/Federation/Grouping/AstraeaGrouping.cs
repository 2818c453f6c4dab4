namespace Cohort.Federation;

/// <summary>
/// The greedy rule of Astraea (Duan et al. 2019, "Astraea: Self-balancing Federated Learning", mediator based rescheduling): groups
/// are filled one after the other, each time with the student, among all that are left, that brings the group's labels nearest to
/// the target in KL divergence. The paper's target is the uniform distribution, to which it has augmented everybody's data before;
/// without augmentation it is the population's. Whoever is left at the end makes up the last groups, which are the worst.
/// Quadratic in students.
/// </summary>
public sealed class AstraeaGrouping : IGrouping
{
    /// <summary>Beyond so many students it takes minutes: it compares all with all others.</summary>
    public const int MostStudents = 50_000;

    public string Name => "astraea";

    /// <inheritdoc/>
    /// <remarks>Nothing is left to chance: of students that are equally good the first is taken.</remarks>
    public int[] Assign(StudentHistograms students, int groups, Random random)
    {
        ArgumentNullException.ThrowIfNull(students);
        ArgumentNullException.ThrowIfNull(random);
        RandomGrouping.Require(students, groups);

        var divergence = new DivergenceTable(students.Population());
        var left = Enumerable.Range(0, students.Students).ToList();
        var assignment = new int[students.Students];
        for (var group = 0; group < groups; group++)
        {
            var size = (students.Students / groups) + (group < students.Students % groups ? 1 : 0);
            foreach (var student in Fill(students, left, size, divergence))
                assignment[student] = group;
        }

        return assignment;
    }

    /// <summary>Takes a group's students out of those that are left, in the order in which the rule picks them.</summary>
    internal static List<int> Fill(StudentHistograms students, List<int> left, int size, DivergenceTable divergence)
    {
        var nobody = new int[students.Classes];
        var counts = new long[students.Classes];
        var chosen = new List<int>(size);
        while (chosen.Count < size)
        {
            var (best, least) = (0, double.PositiveInfinity);
            for (var i = 0; i < left.Count; i++)
            {
                var after = divergence.After(counts, nobody, students.Of(left[i]));
                if (after < least)
                    (best, least) = (i, after);
            }

            var histogram = students.Of(left[best]);
            for (var c = 0; c < counts.Length; c++)
                counts[c] += histogram[c];
            chosen.Add(left[best]);
            left.RemoveAt(best);
        }

        return chosen;
    }
}
