namespace Cohort.Federation.Tests;

public class BalancedCohortsTests
{
    [Theory]
    [InlineData(50, 0.2, 0, 5)]
    [InlineData(50, 0.3, 0, 3)]
    [InlineData(50, 1, 0, 1)]
    [InlineData(50, 0.2, 0.25, 4)]
    [InlineData(50, 0.001, 0, 50)]
    public void A_cycle_has_so_many_rounds_that_each_asks_the_fraction(int population, double fraction, double over, int rounds) =>
        BalancedCohorts.PerCycle(population, fraction, over).ShouldBe(rounds);

    [Theory]
    [InlineData(0)]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    public void A_fraction_that_is_none_is_refused(double fraction) =>
        Should.Throw<ArgumentOutOfRangeException>(() => BalancedCohorts.PerCycle(10, fraction, 0)).ParamName.ShouldBe("clientFraction");

    [Fact]
    public void In_a_cycle_everybody_is_asked_once_in_cohorts_of_equal_size()
    {
        var cohorts = BalancedCohorts.Deal(FerStudents.Draw(seed: 1), 7, new Random(1));

        cohorts.SelectMany(students => students).Order().ShouldBe(Enumerable.Range(0, 100));
        cohorts.ShouldAllBe(students => students.Length == 14 || students.Length == 15);
        cohorts.ShouldAllBe(students => students.SequenceEqual(students.Order()));
    }

    [Fact]
    public void A_cohort_s_labels_resemble_everybody_s_far_more_than_a_uniform_cohort_s_do()
    {
        var students = FerStudents.Draw(seed: 2);
        var balanced = BalancedCohorts.Deal(students, 10, new Random(1)).Average(cohort => Divergence(students, cohort));
        var uniform = Enumerable.Range(0, 10).Average(draw => Divergence(
            students, CohortSampling.Sample(100, new HashSet<int>(), 0.1, 0, new Random(draw))));

        balanced.ShouldBeLessThan(uniform / 10);
    }

    [Fact]
    public void The_same_generator_deals_the_same_cohorts_and_another_deals_others()
    {
        var students = FerStudents.Draw(seed: 3);
        var first = BalancedCohorts.Deal(students, 5, new Random(1));
        BalancedCohorts.Deal(students, 5, new Random(1)).ShouldBe(first);
        BalancedCohorts.Deal(students, 5, new Random(2)).ShouldNotBe(first);
    }

    private static double Divergence(StudentHistograms students, int[] cohort)
    {
        var groupOf = new int[students.Students];
        Array.ForEach(cohort, student => groupOf[student] = 1);
        return GroupBalance.Of(students, groupOf, 2)[1].KullbackLeibler;
    }
}
