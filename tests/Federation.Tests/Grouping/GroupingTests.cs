namespace Cohort.Federation.Tests;

public class GroupingTests
{
    public static TheoryData<IGrouping> Groupings =>
        [new RandomGrouping(), new BalancedGrouping(), new AstraeaGrouping(), new LayeredGrouping()];

    public static TheoryData<IGrouping> ByLot =>
        [new RandomGrouping(), new BalancedGrouping(), new EqualSampleGrouping()];

    [Theory]
    [MemberData(nameof(Groupings))]
    public void Group_sizes_are_within_one_of_each_other(IGrouping grouping)
    {
        for (var seed = 0; seed < 60; seed++)
        {
            var random = new Random(seed);
            var students = SmallPopulations.Draw(random.Next(1, 40), random.Next(1, 5), 10, random);
            var groups = random.Next(1, students.Students + 1);
            var balances = GroupBalance.Of(students, grouping.Assign(students, groups, random), groups);
            (balances.Max(b => b.Size) - balances.Min(b => b.Size)).ShouldBeInRange(0, 1, $"seed {seed}");
            balances.Sum(b => b.Size).ShouldBe(students.Students);
        }
    }

    [Theory]
    [MemberData(nameof(ByLot))]
    public void Another_generator_gives_other_groups(IGrouping grouping)
    {
        var students = FerStudents.Draw(seed: 1);
        var first = grouping.Assign(students, 7, new Random(1));
        grouping.Assign(students, 7, new Random(1)).ShouldBe(first);
        grouping.Assign(students, 7, new Random(2)).ShouldNotBe(first);
    }

    [Theory]
    [MemberData(nameof(Groupings))]
    public void The_same_students_and_seed_give_the_same_groups(IGrouping grouping)
    {
        var students = SmallPopulations.Draw(500, 5, 10, new Random(1));
        grouping.Assign(students, 40, new Random(1)).ShouldBe(grouping.Assign(students, 40, new Random(1)));
    }

    [Theory]
    [MemberData(nameof(Groupings))]
    public void More_groups_than_students_and_none_are_refused(IGrouping grouping)
    {
        var students = SmallPopulations.Draw(3, 2, 5, new Random(1));
        foreach (var groups in new[] { 4, 0, -1 })
        {
            Should.Throw<ArgumentException>(() => grouping.Assign(students, groups, new Random(1)))
                .Message.ShouldContain($"3 students cannot form {groups} groups");
        }
    }

    [Fact]
    public void The_groupings_are_chosen_by_name() =>
        new IGrouping[] { new RandomGrouping(), new BalancedGrouping(), new AstraeaGrouping(), new LayeredGrouping() }
            .Select(grouping => grouping.Name).ShouldBe(["random", "balanced", "astraea", "layered"]);

    [Fact]
    public void Balanced_groups_resemble_the_population_on_skewed_students()
    {
        for (var seed = 0; seed < 10; seed++)
        {
            var students = FerStudents.Draw(seed);
            var balances = GroupBalance.Of(students, new BalancedGrouping().Assign(students, 10, new Random(seed)), 10);
            balances.Average(b => b.KullbackLeibler).ShouldBeLessThanOrEqualTo(0.02, $"seed {seed}");
            balances.Max(b => b.KullbackLeibler).ShouldBeLessThanOrEqualTo(0.06, $"seed {seed}");
        }
    }

    [Fact]
    public void Random_groups_of_skewed_students_do_not_resemble_the_population()
    {
        var students = FerStudents.Draw(seed: 0);
        GroupBalance.Of(students, new RandomGrouping().Assign(students, 10, new Random(1)), 10)
            .Average(b => b.KullbackLeibler).ShouldBeGreaterThan(0.1);
    }

    [Fact]
    public void Few_students_are_grouped_as_well_as_any_grouping_could()
    {
        for (var seed = 0; seed < 40; seed++)
        {
            var random = new Random(seed);
            var students = SmallPopulations.Draw(random.Next(2, 9), random.Next(2, 4), 12, random);
            var groups = random.Next(2, Math.Min(4, students.Students) + 1);
            var found = SmallPopulations.Cost(students, new BalancedGrouping().Assign(students, groups, random), groups);
            var best = SmallPopulations.All(students.Students, groups)
                .Min(assignment => SmallPopulations.Cost(students, assignment, groups));
            found.ShouldBe(best, 1e-9, $"seed {seed}: {students.Students} students, {groups} groups");
        }
    }

    [Fact]
    public void Students_of_one_class_each_are_spread_evenly()
    {
        var counts = new int[40 * 4];
        for (var student = 0; student < 40; student++)
            counts[(student * 4) + (student / 10)] = 5;
        var students = new StudentHistograms(4, counts);
        var balances = GroupBalance.Of(students, new BalancedGrouping().Assign(students, 10, new Random(1)), 10);
        balances.ShouldAllBe(b => b.KullbackLeibler < 1e-12 && b.Size == 4);
    }

    [Fact]
    public void No_group_is_left_without_samples_when_some_students_have_none()
    {
        var counts = new int[20 * 2];
        for (var student = 0; student < 10; student++)
            counts[(student * 2) + (student % 2)] = 8;
        var students = new StudentHistograms(2, counts);
        GroupBalance.Of(students, new BalancedGrouping().Assign(students, 5, new Random(3)), 5).ShouldAllBe(b => b.Samples == 16);
    }

    [Fact]
    public void Students_without_any_sample_are_grouped_all_the_same()
    {
        var students = new StudentHistograms(3, new int[7 * 3]);
        var balances = GroupBalance.Of(students, new BalancedGrouping().Assign(students, 3, new Random(1)), 3);
        balances.Select(b => b.Size).Order().ShouldBe([2, 2, 3]);
        balances.ShouldAllBe(b => b.KullbackLeibler == 0);
    }

    [Fact]
    public void Many_students_are_balanced_better_than_at_random()
    {
        var students = SmallPopulations.Draw(50_000, 7, 20, new Random(1));
        double Mean(IGrouping grouping) =>
            GroupBalance.Of(students, grouping.Assign(students, 100, new Random(1)), 100).Average(b => b.KullbackLeibler);
        Mean(new BalancedGrouping()).ShouldBeLessThan(Mean(new RandomGrouping()) / 100);
    }
}
