namespace Cohort.Federation.Tests;

public class LoadedGroupsTests
{
    [Fact]
    public void However_students_are_exchanged_no_two_groups_differ_by_more_than_the_largest_student()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var random = new Random(seed);
            var students = SmallPopulations.Draw(30, 3, 20, random);
            var sizes = Enumerable.Range(0, 30).Select(student => students.Of(student).ToArray().Sum(count => (long)count)).ToArray();
            var groupOf = new int[30];
            var loads = new long[4];
            foreach (var student in Enumerable.Range(0, 30).OrderByDescending(student => sizes[student]))
            {
                groupOf[student] = Array.IndexOf(loads, loads.Min());
                loads[groupOf[student]] += sizes[student];
            }

            var before = groupOf.ToArray();
            var groups = new LoadedGroups(students, sizes, loads, groupOf);
            for (var i = 0; i < 1_000; i++)
            {
                // Whatever it costs.
                groups.TrySwap(random.Next(30), random.Next(30), double.PositiveInfinity);
                groups.TryMove(random.Next(30), random.Next(4), most: 10, double.PositiveInfinity);
            }

            groupOf.ShouldNotBe(before, $"seed {seed}");
            var balances = GroupBalance.Of(students, groupOf, 4);
            balances.Select(b => b.Samples).ShouldBe(loads);
            (loads.Max() - loads.Min()).ShouldBeInRange(0, sizes.Max(), $"seed {seed}");
        }
    }
}
