namespace Cohort.Federation.Tests;

public class AdaptiveClippingTests
{
    private static readonly FixedPointGrid Grid = new();
    private static readonly AdaptiveClipping Median = new(Quantile: 0.5, LearningRate: 0.2, CountDeviation: 5);

    [Fact]
    public void The_bound_grows_where_too_few_updates_are_within_and_shrinks_where_too_many_are()
    {
        Next(1, within: 0, of: 100).ShouldBe(Math.Exp(0.2 * 0.5), 1e-12);
        Next(1, within: 50, of: 100).ShouldBe(1, 1e-12);
        Next(1, within: 100, of: 100).ShouldBe(Math.Exp(-0.2 * 0.5), 1e-12);
        Next(0.3, within: 75, of: 100).ShouldBe(0.3 * Math.Exp(-0.2 * 0.25), 1e-12);
    }

    [Fact]
    public void The_bound_settles_at_the_quantile_of_the_norms()
    {
        var random = new Random(1);
        var norms = Enumerable.Range(0, 1_000).Select(_ => random.NextDouble() * 10).ToArray();
        foreach (var quantile in new[] { 0.1, 0.5, 0.9 })
        {
            var clipping = Median with { Quantile = quantile };
            var bound = 0.1;
            for (var round = 0; round < 300; round++)
                bound = clipping.Next(bound, norms.Sum(norm => (long)AdaptiveClipping.Indicator(norm <= bound, Grid)), norms.Length, Grid);
            norms.Count(norm => norm <= bound).ShouldBeInRange((int)(1_000 * quantile) - 25, (int)(1_000 * quantile) + 25);
        }
    }

    [Fact]
    public void Sum_and_count_together_are_as_private_as_the_sum_alone_would_be_under_the_planned_multiplier()
    {
        // Two Gaussian releases compose to one with z^-2 = z_delta^-2 + (sigma_b / (1/2))^-2.
        var multiplier = Median.UpdateMultiplier(1.2);

        (Math.Pow(multiplier, -2) + Math.Pow(2 * 5, -2)).ShouldBe(Math.Pow(1.2, -2), 1e-12);
        multiplier.ShouldBeGreaterThan(1.2);
    }

    [Fact]
    public void A_count_whose_noise_spends_everything_is_refused_by_name() =>
        Should.Throw<ArgumentException>(() => (Median with { CountDeviation = 0.5 }).UpdateMultiplier(1))
            .Message.ShouldContain("expected a deviation above 0.5");

    [Fact]
    public void Noise_that_says_nonsense_moves_the_bound_by_four_times_at_most()
    {
        Median.Next(1, long.MinValue / 4, 1, Grid).ShouldBe(4, 1e-9);
        Median.Next(1, long.MaxValue / 4, 1, Grid).ShouldBe(0.25, 1e-9);
    }

    private static double Next(double bound, int within, int of)
    {
        var sum = (within * (long)AdaptiveClipping.Indicator(true, Grid)) + ((of - within) * (long)AdaptiveClipping.Indicator(false, Grid));
        return Median.Next(bound, sum, of, Grid);
    }
}
