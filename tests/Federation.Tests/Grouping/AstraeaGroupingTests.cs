namespace Cohort.Federation.Tests;

public class AstraeaGroupingTests
{
    /// <summary>Figure 3 of Zhang et al. 2023 (Fed-CBS): three of these four clients are to be uniform together.</summary>
    private static readonly int[] FedCbs =
    [
        5, 5, 5, 5, 5, 5,
        6, 6, 6, 6, 6, 0,
        0, 0, 0, 10, 10, 10,
        10, 10, 10, 0, 0, 0,
    ];

    private static readonly double[] Uniform = [.. Enumerable.Repeat(1 / 6.0, 6)];

    [Fact]
    public void Greedy_misses_the_best_three_of_four_as_Fed_CBS_shows()
    {
        var clients = new StudentHistograms(6, FedCbs);
        var chosen = AstraeaGrouping.Fill(clients, [0, 1, 2, 3], 3, new DivergenceTable(Uniform));
        chosen.ShouldBe([0, 1, 2]); // and {0, 2, 3} is uniform

        Together(clients, [0, 2, 3]).ShouldAllBe(count => count == 15);
        Together(clients, chosen).Distinct().Count().ShouldBeGreaterThan(1);
    }

    [Fact]
    public void Where_greedy_fails_swaps_find_the_optimum()
    {
        // Fed-CBS's clients, and two more that make the second one uniform too: the optimum is 0.
        var students = new StudentHistograms(6, [.. FedCbs, 6, 6, 6, 6, 6, 0, 3, 3, 3, 3, 3, 15]);
        var optimum = SmallPopulations.All(6, 2).Min(assignment => SmallPopulations.Cost(students, assignment, 2));
        optimum.ShouldBe(0, 1e-12);

        var greedy = new AstraeaGrouping().Assign(students, 2, new Random(1));
        greedy.ShouldBe([0, 0, 1, 1, 1, 0]);
        SmallPopulations.Cost(students, greedy, 2).ShouldBeGreaterThan(0.01);
        SmallPopulations.Cost(students, new BalancedGrouping().Assign(students, 2, new Random(1)), 2).ShouldBe(0, 1e-12);
    }

    [Fact]
    public void Every_student_is_the_one_that_brings_the_group_nearest_to_the_population()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var students = SmallPopulations.Draw(9, 3, 10, new Random(seed));
            var left = Enumerable.Range(0, 9).ToList();
            var members = new List<int>();
            var chosen = AstraeaGrouping.Fill(students, [.. left], 4, new DivergenceTable(students.Population()));
            chosen.Count.ShouldBe(4);
            foreach (var next in chosen)
            {
                var best = left.Min(student => Divergence(students, [.. members, student]));
                Divergence(students, [.. members, next]).ShouldBe(best, 1e-12, $"seed {seed}, student {next}");
                members.Add(next);
                left.Remove(next);
            }
        }
    }

    [Fact]
    public void Skewed_students_make_good_groups_first_and_a_bad_one_of_whoever_is_left()
    {
        var (mean, worst, first, last) = (0.0, 0.0, 0.0, 0.0);
        for (var seed = 0; seed < 10; seed++)
        {
            var students = FerStudents.Draw(seed);
            var balances = GroupBalance.Of(students, new AstraeaGrouping().Assign(students, 10, new Random(1)), 10);
            mean += balances.Average(balance => balance.KullbackLeibler) / 10;
            worst += balances.Max(balance => balance.KullbackLeibler) / 10;
            first += balances[0].KullbackLeibler / 10;
            last += balances[9].KullbackLeibler / 10;
        }

        mean.ShouldBeInRange(0.03, 0.07);
        worst.ShouldBeInRange(0.15, 0.4);
        last.ShouldBeGreaterThan(10 * first);
    }

    private static double Divergence(StudentHistograms students, int[] members)
    {
        var assignment = Enumerable.Range(0, students.Students).Select(student => members.Contains(student) ? 0 : 1).ToArray();
        return GroupBalance.Of(students, assignment, 2)[0].KullbackLeibler;
    }

    private static int[] Together(StudentHistograms students, IEnumerable<int> members) =>
        [.. Enumerable.Range(0, students.Classes).Select(c => members.Sum(student => students.Of(student)[c]))];
}
