using Cohort.Model.Evaluation;

namespace Cohort.Model.Tests.Evaluation;

public class BinomialBoundsTests
{
    [Fact]
    public void No_success_in_n_trials_bounds_the_probability_by_the_nth_root()
        => BinomialBounds.Upper(0, 20, 0.05).ShouldBe(1 - Math.Pow(0.05, 1.0 / 20), 1e-12);

    [Fact]
    public void Five_of_ten_has_the_interval_of_the_tables()
    {
        BinomialBounds.Lower(5, 10, 0.025).ShouldBe(0.18709, 1e-5);
        BinomialBounds.Upper(5, 10, 0.025).ShouldBe(0.81291, 1e-5);
    }

    [Fact]
    public void Nothing_is_sure_about_a_probability_that_always_or_never_failed()
    {
        BinomialBounds.Upper(7, 7, 0.05).ShouldBe(1);
        BinomialBounds.Lower(0, 7, 0.05).ShouldBe(0);
    }

    [Fact]
    public void Thousands_of_trials_do_not_underflow()
    {
        BinomialBounds.Upper(4_900, 5_000, 0.025).ShouldBe(0.98373, 1e-4);
        BinomialBounds.Lower(4_900, 5_000, 0.025).ShouldBe(0.97573, 1e-4);
    }

    [Theory]
    [InlineData(3, 2)]
    [InlineData(-1, 2)]
    [InlineData(0, 0)]
    public void Counts_that_cannot_be_are_refused(int successes, int trials)
        => Should.Throw<ArgumentOutOfRangeException>(() => BinomialBounds.Upper(successes, trials, 0.05));
}
