using Cohort.Model.Evaluation;

namespace Cohort.Model.Tests.Evaluation;

public class AccuracyDistributionTests
{
    // 0, 1, 0.5, 0.75, 0.2 and 0.3.
    private static readonly (int Correct, int Samples)[] Six = [(0, 3), (4, 4), (10, 20), (3, 4), (2, 10), (3, 10)];

    /// <summary>Sorted 0, 0.2, 0.3, 0.5, 0.75, 1: the 10th percentile is half way from the first to the second, and so on.</summary>
    [Fact]
    public void Its_figures_are_mean_deviation_and_percentiles_between_neighbours()
    {
        var found = AccuracyDistribution.Of(Six);

        found.Mean.ShouldBe(2.75 / 6, 1e-12);
        found.WeightedMean.ShouldBe(22.0 / 51, 1e-12);
        found.Deviation.ShouldBe(0.33716547206906516, 1e-12);
        found.Percentile10.ShouldBe(0.1, 1e-12);
        found.Percentile25.ShouldBe(0.225, 1e-12);
        found.Median.ShouldBe(0.4, 1e-12);
        found.Percentile75.ShouldBe(0.6875, 1e-12);
        found.Percentile90.ShouldBe(0.875, 1e-12);
        found.WorstTenth.ShouldBe(0);
    }

    [Fact]
    public void The_worst_tenth_is_a_tenth_of_the_students_rounded_up()
    {
        AccuracyDistribution.Of([.. Enumerable.Range(0, 20).Select(i => (i, 20))]).WorstTenth.ShouldBe(0.025, 1e-12);
        AccuracyDistribution.Of([.. Enumerable.Range(0, 21).Select(i => (i, 20))]).WorstTenth.ShouldBe(0.05, 1e-12);
    }

    [Fact]
    public void A_student_counts_in_the_part_that_its_accuracy_begins_and_the_last_has_those_without_an_error()
    {
        AccuracyDistribution.Of(Six).Histogram.ShouldBe([1, 0, 1, 1, 0, 1, 0, 1, 0, 1]);
        foreach (var tenth in Enumerable.Range(0, 10)) // 0.7 is 7 tenths, whatever binary fractions make of it
        {
            AccuracyDistribution.Of([(tenth * 3, 30)]).Histogram[tenth].ShouldBe(1);
        }
    }

    [Fact]
    public void One_student_is_a_distribution_and_none_is_not()
    {
        var one = AccuracyDistribution.Of([(1, 4)]);
        (one.Mean, one.Percentile10, one.Percentile90, one.WorstTenth, one.Deviation).ShouldBe((0.25, 0.25, 0.25, 0.25, 0));

        Should.Throw<ArgumentException>(() => AccuracyDistribution.Of([]));
        Should.Throw<ArgumentException>(() => AccuracyDistribution.Of([(0, 0)]));
        Should.Throw<ArgumentException>(() => AccuracyDistribution.Of([(5, 4)]));
    }
}
