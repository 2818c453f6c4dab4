namespace Cohort.Federation.Tests;

public class GroupBalanceTests
{
    private static readonly StudentHistograms Students = new(2, [3, 1, 0, 2, 1, 1, 0, 0]);

    [Fact]
    public void A_group_counts_its_students_samples_and_classes()
    {
        var balances = GroupBalance.Of(Students, [0, 1, 0, 1], 2);
        balances.Select(b => (b.Group, b.Size, b.Samples)).ShouldBe([(0, 2, 6L), (1, 2, 2L)]);
        balances[0].Distribution.ShouldBe([4 / 6.0, 2 / 6.0]);
        balances[1].Distribution.ShouldBe([0, 1]);
    }

    [Fact]
    public void Divergence_is_of_the_group_from_the_population_in_nats()
    {
        // The population is (1/2, 1/2), group 0 (2/3, 1/3), group 1 (0, 1); the other direction would be infinite for group 1.
        var balances = GroupBalance.Of(Students, [0, 1, 0, 1], 2);
        balances[0].KullbackLeibler.ShouldBe((2 / 3.0 * Math.Log(4 / 3.0)) + (1 / 3.0 * Math.Log(2 / 3.0)), 1e-15);
        balances[1].KullbackLeibler.ShouldBe(Math.Log(2), 1e-15);
        balances[0].TotalVariation.ShouldBe(1 / 6.0, 1e-15);
        balances[1].TotalVariation.ShouldBe(0.5, 1e-15);
    }

    [Fact]
    public void A_group_that_mirrors_the_population_diverges_by_nothing()
    {
        var balance = GroupBalance.Of(Students, [0, 0, 0, 0], 1).ShouldHaveSingleItem();
        (balance.KullbackLeibler, balance.TotalVariation).ShouldBe((0, 0));
    }

    [Fact]
    public void A_group_without_samples_counts_as_the_worst_there_can_be()
    {
        var students = new StudentHistograms(2, [3, 1, 0, 0]);
        var empty = GroupBalance.Of(students, [0, 1], 2)[1];
        empty.KullbackLeibler.ShouldBe(Math.Log(4), 1e-15);
        empty.TotalVariation.ShouldBe(1);
        empty.Distribution.ShouldBe([0, 0]);
    }

    [Fact]
    public void An_assignment_of_another_length_or_to_an_unknown_group_is_refused()
    {
        Should.Throw<ArgumentException>(() => GroupBalance.Of(Students, [0, 0, 0], 1)).Message.ShouldContain("3 students");
        Should.Throw<ArgumentException>(() => GroupBalance.Of(Students, [0, 2, 0, 1], 2))
            .Message.ShouldContain("Student 1 is in group 2");
        Should.Throw<ArgumentException>(() => GroupBalance.Of(Students, [0, 0, -1, 0], 2)).Message.ShouldContain("Student 2");
        Should.Throw<ArgumentOutOfRangeException>(() => GroupBalance.Of(Students, [0, 0, 0, 0], 0));
    }

    [Fact]
    public void Histograms_are_the_rows_of_the_counts()
    {
        (Students.Students, Students.Classes).ShouldBe((4, 2));
        Students.Of(1).ToArray().ShouldBe([0, 2]);
        Students.Population().ShouldBe([0.5, 0.5]);
        new StudentHistograms(2, [0, 0]).Population().ShouldBe([0, 0]);
    }

    [Fact]
    public void A_negative_count_is_refused_by_student_and_class() =>
        Should.Throw<ArgumentException>(() => new StudentHistograms(3, [1, 2, 3, 4, -5, 6]))
            .Message.ShouldContain("Student 1 has -5 samples of class 1");

    [Theory]
    [InlineData(2, 0)]
    [InlineData(2, 3)]
    [InlineData(0, 4)]
    [InlineData(-1, 4)]
    public void Counts_that_are_no_rows_of_students_are_refused(int classes, int counts) =>
        Should.Throw<ArgumentException>(() => new StudentHistograms(classes, new int[counts]));
}
