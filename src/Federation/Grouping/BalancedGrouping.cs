namespace Cohort.Federation;

/// <summary>
/// Groups whose label distributions resemble the population's: students are dealt out in layers, each to the open group that
/// needs it most, and then pairs are swapped to lower the sum of KL(group || population), at first also where that costs a
/// little (threshold accepting, Dueck and Scheuer 1990), so that the search leaves poor local optima.
/// </summary>
public sealed class BalancedGrouping : IGrouping
{
    // Beyond so many open groups a random choice of them is as good, and the time stays linear in students.
    private const int Candidates = 16;
    private const int SwapsPerStudent = 2_000;
    private const int MostSwaps = 2_000_000;

    // With more seats no affordable number of swaps recovers from steps uphill: fewer are tried, and only downhill.
    private const int MostSeatsToAnneal = 20_000;
    private const int DownhillSwaps = 500_000;

    public string Name => "balanced";

    public int[] Assign(StudentHistograms students, int groups, Random random)
    {
        ArgumentNullException.ThrowIfNull(students);
        ArgumentNullException.ThrowIfNull(random);
        RandomGrouping.Require(students, groups);

        var seats = new GroupSeats(students, groups);
        Deal(students, seats, random);
        if (groups > 1)
            Swap(seats, random);
        return seats.Assignment();
    }

    private static void Deal(StudentHistograms students, GroupSeats seats, Random random)
    {
        var order = new int[students.Students];
        for (var student = 0; student < order.Length; student++)
            order[student] = student;
        random.Shuffle(order);

        var surplus = new GroupSurplus(students, seats.Groups);
        var open = new int[seats.Groups];
        var opened = 0;
        var layer = -1;
        foreach (var student in order)
        {
            if (opened == 0)
            {
                layer++;
                for (opened = 0; opened < open.Length; opened++)
                    open[opened] = opened;
            }

            var chosen = surplus.Choose(student, open.AsSpan(0, opened), Candidates, random);
            var group = open[chosen];
            open[chosen] = open[--opened];
            surplus.Add(student, group);
            seats.Sit(student, group, layer);
        }
    }

    private static void Swap(GroupSeats seats, Random random)
    {
        var annealed = seats.Count <= MostSeatsToAnneal;
        var swaps = annealed ? Math.Min(MostSwaps, SwapsPerStudent * seats.Count) : DownhillSwaps;
        var start = annealed ? 0.1 * MeanChange(seats, random) : 0;
        for (var i = 0; i < swaps; i++)
        {
            var threshold = start * (1 - (i / (0.8 * swaps)));
            seats.TrySwap(random.Next(seats.Count), random.Next(seats.Count), Math.Max(0, threshold));
        }
    }

    private static double MeanChange(GroupSeats seats, Random random)
    {
        const int Samples = 256;
        double sum = 0;
        for (var i = 0; i < Samples; i++)
            sum += Math.Abs(seats.Change(random.Next(seats.Count), random.Next(seats.Count)));
        return sum / Samples;
    }
}
