namespace Cohort.Federation.Tests;

/// <summary>Few students, drawn or searched through.</summary>
internal static class SmallPopulations
{
    public static StudentHistograms Draw(int students, int classes, int mostOfAClass, Random random) => new(
        classes,
        [.. Enumerable.Range(0, students * classes).Select(_ => random.Next(3) == 0 ? random.Next(mostOfAClass + 1) : 0)]);

    public static double Cost(StudentHistograms students, int[] assignment, int groups) =>
        GroupBalance.Of(students, assignment, groups).Sum(b => b.KullbackLeibler);

    public static double Worst(StudentHistograms students, int[] assignment, int groups) =>
        GroupBalance.Of(students, assignment, groups).Max(b => b.KullbackLeibler);

    /// <summary>Every assignment whose group sizes are within one of each other. The same array each time.</summary>
    public static IEnumerable<int[]> All(int students, int groups)
    {
        var assignment = new int[students];
        while (true)
        {
            var sizes = new int[groups];
            foreach (var group in assignment)
                sizes[group]++;
            if (sizes.Max() - sizes.Min() <= 1)
                yield return assignment;
            var student = 0;
            while (student < students && ++assignment[student] == groups)
                assignment[student++] = 0;
            if (student == students)
                yield break;
        }
    }
}
