namespace Cohort.Federation;

/// <summary>How well one group stands for the population.</summary>
/// <param name="Group">The group, from 0.</param>
/// <param name="Size">Its students.</param>
/// <param name="Samples">Its students' samples.</param>
/// <param name="KullbackLeibler">
/// KL(group || population) in nats, with 0 ln 0 = 0; for a group without samples the largest value that any group could have.
/// </param>
/// <param name="TotalVariation">Half the L1 distance of the two distributions, 0 to 1.</param>
/// <param name="Distribution">Shape [classes]: each class's share of the group's samples; all zero when it has none.</param>
public sealed record GroupBalance(
    int Group, int Size, long Samples, double KullbackLeibler, double TotalVariation, IReadOnlyList<double> Distribution)
{
    /// <summary>The balance of every group, in the order of their numbers.</summary>
    /// <param name="histograms">The students.</param>
    /// <param name="assignment">Shape [students]: each student's group.</param>
    /// <param name="groups">Number of groups.</param>
    /// <exception cref="ArgumentException">The assignment has another length, or names an unknown group.</exception>
    public static GroupBalance[] Of(StudentHistograms histograms, int[] assignment, int groups)
    {
        ArgumentNullException.ThrowIfNull(histograms);
        ArgumentNullException.ThrowIfNull(assignment);
        ArgumentOutOfRangeException.ThrowIfLessThan(groups, 1);
        if (assignment.Length != histograms.Students)
            throw new ArgumentException(
                $"The assignment names {assignment.Length} students but there are {histograms.Students}.", nameof(assignment));

        var classes = histograms.Classes;
        var sizes = new int[groups];
        var counts = new long[groups * classes];
        for (var student = 0; student < assignment.Length; student++)
        {
            var group = assignment[student];
            if (group < 0 || group >= groups)
                throw new ArgumentException(
                    $"Student {student} is in group {group}; expected a group from 0 to {groups - 1}.", nameof(assignment));
            sizes[group]++;
            var histogram = histograms.Of(student);
            for (var c = 0; c < classes; c++)
                counts[(group * classes) + c] += histogram[c];
        }

        var population = histograms.Population();
        var balances = new GroupBalance[groups];
        for (var group = 0; group < groups; group++)
            balances[group] = Of(group, sizes[group], counts.AsSpan(group * classes, classes), population);
        return balances;
    }

    private static GroupBalance Of(int group, int size, ReadOnlySpan<long> counts, double[] population)
    {
        long samples = 0;
        foreach (var count in counts)
            samples += count;
        var distribution = LabelDistribution.Of(counts);
        return new GroupBalance(
            group, size, samples, LabelDistribution.KullbackLeibler(distribution, population),
            samples > 0 ? LabelDistribution.TotalVariation(distribution, population) : 1, distribution);
    }
}
