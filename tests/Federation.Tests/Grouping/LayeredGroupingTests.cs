namespace Cohort.Federation.Tests;

public class LayeredGroupingTests
{
    [Fact]
    public void Very_many_students_are_balanced_nearly_perfectly_without_a_swap()
    {
        var students = SmallPopulations.Draw(50_000, 7, 20, new Random(1));
        var layered = GroupBalance.Of(students, new LayeredGrouping().Assign(students, 100, new Random(1)), 100);
        layered.Max(b => b.KullbackLeibler).ShouldBeLessThan(1e-5);
        SmallPopulations.Worst(students, new RandomGrouping().Assign(students, 100, new Random(1)), 100).ShouldBeGreaterThan(5e-4);
    }

    [Fact]
    public void Few_skewed_students_are_balanced_better_than_by_lot()
    {
        double Mean(IGrouping grouping) => Enumerable.Range(0, 10).Average(seed =>
            SmallPopulations.Cost(FerStudents.Draw(seed), grouping.Assign(FerStudents.Draw(seed), 10, new Random(seed)), 10) / 10);
        Mean(new LayeredGrouping()).ShouldBeLessThan(0.5 * Mean(new RandomGrouping()));
    }

    [Fact]
    public void Students_who_unbalance_most_are_placed_first()
    {
        // Two large opposed students and four small ones: by lot the large ones may meet in one order or the other; here always.
        var students = new StudentHistograms(2, [1, 0, 0, 1, 100, 0, 1, 0, 0, 100, 0, 1]);
        for (var seed = 0; seed < 20; seed++)
        {
            var groupOf = new LayeredGrouping().Assign(students, 2, new Random(seed));
            groupOf[2].ShouldNotBe(groupOf[4]);
        }
    }
}
