using Cohort.Device.Personal;

namespace Cohort.Device.Tests.Personal;

public sealed class ComparisonTests
{
    // scipy.stats.binomtest(min, n, 0.5).pvalue, which is McNemar's exact test; worked out by hand for the small ones.
    [Theory]
    [InlineData(0, 0, 1)]
    [InlineData(0, 1, 1)]
    [InlineData(0, 5, 0.0625)]
    [InlineData(0, 6, 0.03125)]
    [InlineData(1, 9, 0.021484375)]
    [InlineData(9, 1, 0.021484375)]
    [InlineData(3, 3, 1)]
    [InlineData(2, 10, 0.03857421875)]
    public void P_is_that_of_the_exact_test(int onlyGlobal, int onlyPersonal, double expected)
        => new Comparison(10, 40, 10 + onlyGlobal, 10 + onlyPersonal, onlyGlobal, onlyPersonal).PValue.ShouldBe(expected, 1e-12);

    [Theory]
    [InlineData(5, 0, 5, false)]
    [InlineData(6, 0, 1, true)]
    [InlineData(6, 1, 1, false)]
    [InlineData(30, 5, 4, false)]
    public void An_own_model_is_used_that_names_more_right_of_enough(int heldOut, int global, int personal, bool used)
        => new Comparison(20, heldOut, global, personal, global, personal).IsBetter.ShouldBe(used);
}
