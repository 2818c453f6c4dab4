namespace Cohort.Federation;

/// <summary>Groups drawn at random: the baseline that balancing is compared with.</summary>
public sealed class RandomGrouping : IGrouping
{
    public string Name => "random";

    public int[] Assign(StudentHistograms students, int groups, Random random)
    {
        ArgumentNullException.ThrowIfNull(students);
        ArgumentNullException.ThrowIfNull(random);
        Require(students, groups);
        var assignment = new int[students.Students];
        for (var student = 0; student < assignment.Length; student++)
            assignment[student] = student % groups;
        random.Shuffle(assignment);
        return assignment;
    }

    internal static void Require(StudentHistograms students, int groups)
    {
        if (groups < 1 || groups > students.Students)
            throw new ArgumentException(
                $"{students.Students} students cannot form {groups} groups; expected 1 to {students.Students} groups, "
                + "so that each has a student.",
                nameof(groups));
    }
}
