using Cohort.Model.Plans;

namespace Cohort.Model.Tests.Plans;

public class RoundsPlanTests
{
    [Theory]
    [InlineData(0.5, 0, 1)]
    [InlineData(0.5, 3, 0.5)]
    [InlineData(1, 4, 0.2)]
    [InlineData(0, 9, 1)]
    public void A_stale_update_counts_for_a_power_of_its_age(double exponent, int staleness, double discount) =>
        new RoundsPlan { StalenessExponent = exponent }.DiscountOf(staleness).ShouldBe(discount, 1e-15);
}
