namespace Cohort.Federation;

/// <summary>
/// Groups for very many students, in time K log K: students are dealt out in layers of one for each group, those that unbalance
/// most first, each to the open group that it suits best. The last layers, whose students unbalance least, make good what the first
/// left over, as largest-first list scheduling does with loads (Graham 1969). No swaps follow.
/// </summary>
public sealed class LayeredGrouping : IGrouping
{
    private const int Candidates = 16;

    public string Name => "layered";

    public int[] Assign(StudentHistograms students, int groups, Random random)
    {
        ArgumentNullException.ThrowIfNull(students);
        ArgumentNullException.ThrowIfNull(random);
        RandomGrouping.Require(students, groups);

        var surplus = new GroupSurplus(students, groups);
        var assignment = new int[students.Students];
        var open = new int[groups];
        var opened = 0;
        foreach (var student in Enumerable.Range(0, assignment.Length).OrderByDescending(surplus.Weight))
        {
            if (opened == 0)
            {
                for (opened = 0; opened < open.Length; opened++)
                    open[opened] = opened;
            }

            var chosen = surplus.Choose(student, open.AsSpan(0, opened), Candidates, random);
            assignment[student] = open[chosen];
            surplus.Add(student, open[chosen]);
            open[chosen] = open[--opened];
        }

        return assignment;
    }
}
