namespace Cohort.Federation;

/// <summary>
/// Groups that hold equally many samples, rather than students, and resemble the population. Students are dealt out by size, the
/// largest first, each to one of the groups that then hold least, whichever it suits best; then students are moved and swapped where
/// that brings labels nearer to the population's, or samples nearer to the mean (threshold accepting, Dueck and Scheuer 1990).
/// Where no group is full, the samples of any two differ by at most the largest student's, as in list scheduling (Graham 1969).
/// </summary>
public sealed class EqualSampleGrouping : IGrouping
{
    private const int Candidates = 16;
    private const int TriesPerStudent = 4_000;
    private const int MostTries = 2_000_000;
    private const int MostStudentsToAnneal = 20_000;

    private readonly int _most;

    /// <param name="mostStudents">G_max: how many students a group may have; at least students / groups.</param>
    public EqualSampleGrouping(int mostStudents = int.MaxValue)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(mostStudents, 1);
        _most = mostStudents;
    }

    public string Name => "equalSamples";

    public int[] Assign(StudentHistograms students, int groups, Random random)
    {
        ArgumentNullException.ThrowIfNull(students);
        ArgumentNullException.ThrowIfNull(random);
        RandomGrouping.Require(students, groups);
        if ((long)groups * _most < students.Students)
            throw new ArgumentException(
                $"{groups} groups of at most {_most} students hold {(long)groups * _most}, and there are {students.Students}; "
                + "form more groups, or larger ones.",
                nameof(groups));

        var sizes = Sizes(students);
        var loads = new long[groups];
        var assignment = Deal(students, sizes, loads, random);
        if (groups > 1)
            Improve(students, sizes, loads, assignment, random);
        return assignment;
    }

    private static long[] Sizes(StudentHistograms students)
    {
        var sizes = new long[students.Students];
        for (var student = 0; student < sizes.Length; student++)
        {
            foreach (var count in students.Of(student))
                sizes[student] += count;
        }

        return sizes;
    }

    private int[] Deal(StudentHistograms students, long[] sizes, long[] loads, Random random)
    {
        var surplus = new GroupSurplus(students, loads.Length);
        var largest = sizes.Max();
        var members = new int[loads.Length];
        var assignment = new int[sizes.Length];
        var least = new PriorityQueue<int, (long Load, int Group)>();
        for (var group = 0; group < loads.Length; group++)
            least.Enqueue(group, (0, group));

        var candidates = new int[Math.Min(Candidates, loads.Length)];
        foreach (var student in Enumerable.Range(0, sizes.Length).Where(student => sizes[student] > 0).OrderByDescending(student => sizes[student]))
        {
            // An entry is outdated once its group has got another student.
            least.TryPeek(out var lightest, out var entry);
            while (entry.Load != loads[lightest] || members[lightest] == _most)
            {
                least.Dequeue();
                least.TryPeek(out lightest, out entry);
            }

            candidates[0] = lightest;
            var found = 1;
            for (var i = 0; i < candidates.Length; i++)
            {
                var group = loads.Length <= Candidates ? i : random.Next(loads.Length);
                if (found < candidates.Length && group != lightest && members[group] < _most
                    && loads[group] <= loads[lightest] + sizes[student]
                    && loads[group] + sizes[student] <= loads[lightest] + largest)
                    candidates[found++] = group;
            }

            var chosen = candidates[surplus.Choose(student, candidates.AsSpan(0, found), found, random)];
            assignment[student] = chosen;
            surplus.Add(student, chosen);
            loads[chosen] += sizes[student];
            members[chosen]++;
            least.Enqueue(chosen, (loads[chosen], chosen));
        }

        // Whoever holds nothing changes no group's samples, and goes where fewest students are.
        var fewest = new PriorityQueue<int, (int Members, int Group)>(
            Enumerable.Range(0, loads.Length).Select(group => (group, (members[group], group))));
        for (var student = 0; student < sizes.Length; student++)
        {
            if (sizes[student] == 0)
            {
                var group = fewest.Dequeue();
                assignment[student] = group;
                fewest.Enqueue(group, (++members[group], group));
            }
        }

        return assignment;
    }

    /// <summary>
    /// Swaps and moves that lower the sum over groups of KL(group || population) + lambda (samples / mean - 1)^2, at first also where
    /// that costs a little; the difference between any two groups' samples stays within the largest student's, or what it was.
    /// </summary>
    private void Improve(StudentHistograms students, long[] sizes, long[] loads, int[] assignment, Random random)
    {
        var groups = new LoadedGroups(students, sizes, loads, assignment);
        var tries = Math.Min(MostTries, (long)TriesPerStudent * assignment.Length);
        var start = assignment.Length <= MostStudentsToAnneal ? 0.1 * MeanChange(groups, assignment, random) : 0;
        for (long i = 0; i < tries; i++)
        {
            var threshold = Math.Max(0, start * (1 - (i / (0.8 * tries))));
            var student = random.Next(assignment.Length);
            if (random.Next(2) == 0)
                groups.TrySwap(student, random.Next(assignment.Length), threshold);
            else
                groups.TryMove(student, random.Next(loads.Length), _most, threshold);
        }
    }

    private static double MeanChange(LoadedGroups groups, int[] assignment, Random random)
    {
        const int Samples = 256;
        double sum = 0;
        for (var i = 0; i < Samples; i++)
            sum += Math.Abs(groups.Change(random.Next(assignment.Length), random.Next(assignment.Length)));
        return sum / Samples;
    }
}
