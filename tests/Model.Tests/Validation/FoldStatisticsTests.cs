using Cohort.Model.Validation;

namespace Cohort.Model.Tests.Validation;

public sealed class FoldStatisticsTests
{
    [Theory]
    [InlineData(1, 12.7062047364)]
    [InlineData(2, 4.3026527297)]
    [InlineData(4, 2.7764451052)]
    [InlineData(9, 2.2621571628)]
    [InlineData(30, 2.0422724563)]
    [InlineData(999, 1.9623414611)]
    public void The_t_of_95_per_cent_is_that_of_the_tables(int freedom, double expected)
        => StudentT.TwoSided(0.95, freedom).ShouldBe(expected, 1e-8);

    [Fact]
    public void The_interval_is_the_corrected_resampled_t_by_hand()
    {
        // Five folds: mean 0.5, variance 0.001; (1/5 + 1/4) 0.001 = 0.00045, root 0.0212132; t of 4 degrees 2.7764451.
        var found = FoldStatistics.Of([0.46, 0.48, 0.5, 0.52, 0.54], testToTrain: 0.25);
        found.Mean.ShouldBe(0.5, 1e-12);
        found.Deviation.ShouldBe(Math.Sqrt(0.001), 1e-12);
        (found.Least, found.Most).ShouldBe((0.46, 0.54));
        found.Low!.Value.ShouldBe(0.5 - (2.7764451052 * 0.02121320344), 1e-9);
        found.High!.Value.ShouldBe(0.5 + (2.7764451052 * 0.02121320344), 1e-9);
    }

    [Fact]
    public void One_fold_has_no_interval_and_shares_stay_within_0_and_1()
    {
        FoldStatistics.Of([0.7], testToTrain: 1).Low.ShouldBeNull();
        var wide = FoldStatistics.Of([0, 1], testToTrain: 1).AsShare();
        (wide.Low, wide.High).ShouldBe((0.0, 1.0));
    }
}
