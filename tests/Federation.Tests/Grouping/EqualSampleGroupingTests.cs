namespace Cohort.Federation.Tests;

public class EqualSampleGroupingTests
{
    [Fact]
    public void Groups_differ_by_at_most_the_largest_students_samples()
    {
        for (var seed = 0; seed < 80; seed++)
        {
            var random = new Random(seed);
            var students = SmallPopulations.Draw(random.Next(2, 60), random.Next(1, 6), 20, random);
            var groups = random.Next(1, students.Students + 1);
            var balances = GroupBalance.Of(students, new EqualSampleGrouping().Assign(students, groups, random), groups);
            var largest = Enumerable.Range(0, students.Students).Max(student => Samples(students, student));
            (balances.Max(b => b.Samples) - balances.Min(b => b.Samples)).ShouldBeInRange(0, largest, $"seed {seed}");
        }
    }

    [Fact]
    public void Skewed_students_groups_hold_the_same_samples_and_still_resemble_the_population()
    {
        var (drawn, formed) = (0.0, 0.0);
        for (var seed = 0; seed < 6; seed++)
        {
            var students = FerStudents.Draw(seed);
            var balances = GroupBalance.Of(students, new EqualSampleGrouping().Assign(students, 10, new Random(seed)), 10);
            (balances.Max(b => b.Samples) / (double)balances.Min(b => b.Samples)).ShouldBeLessThan(1.3, $"seed {seed}");
            formed += balances.Sum(b => b.KullbackLeibler);
            drawn += SmallPopulations.Cost(students, new RandomGrouping().Assign(students, 10, new Random(seed)), 10);
        }

        formed.ShouldBeLessThan(drawn / 2.5);
    }

    [Fact]
    public void No_group_has_more_students_than_it_may()
    {
        // One student holds as much as all others: without a limit the others would all meet in the second group.
        var students = new StudentHistograms(1, [40, 5, 5, 5, 5, 5, 5, 5, 5]);
        Sizes(students, new EqualSampleGrouping(), 2).ShouldBe([1, 8]);
        Sizes(students, new EqualSampleGrouping(5), 2).ShouldBe([4, 5]);
    }

    [Fact]
    public void Students_without_samples_do_not_all_meet_in_the_group_that_holds_least()
    {
        var students = new StudentHistograms(1, [11, 10, 10, 9, .. new int[40]]);
        Sizes(students, new EqualSampleGrouping(), 4).ShouldBe([11, 11, 11, 11]);
    }

    [Fact]
    public void Groups_that_cannot_hold_everybody_are_refused()
    {
        var students = new StudentHistograms(1, [1, 1, 1, 1, 1]);
        Should.Throw<ArgumentException>(() => new EqualSampleGrouping(2).Assign(students, 2, new Random(1)))
            .Message.ShouldContain("2 groups of at most 2 students hold 4, and there are 5");
        Should.Throw<ArgumentException>(() => new EqualSampleGrouping().Assign(students, 6, new Random(1)))
            .Message.ShouldContain("5 students cannot form 6 groups");
    }

    private static IEnumerable<int> Sizes(StudentHistograms students, EqualSampleGrouping grouping, int groups) =>
        GroupBalance.Of(students, grouping.Assign(students, groups, new Random(1)), groups).Select(b => b.Size).Order();

    private static long Samples(StudentHistograms students, int student)
    {
        long samples = 0;
        foreach (var count in students.Of(student))
            samples += count;
        return samples;
    }
}
