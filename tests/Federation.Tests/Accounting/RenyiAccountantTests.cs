using Cohort.Federation.Accounting;

namespace Cohort.Federation.Tests.Accounting;

public class RenyiAccountantTests
{
    [Theory]
    [InlineData(0.04, 1.5, 2_250, 7.32911117143)] // Opacus' own test of its accountant
    [InlineData(150 / 60_000.0, 1.3, 6_000, 0.7242234026)] // TF-Privacy, 15 epochs
    public void Published_values_of_other_accountants_are_met(double q, double z, long steps, double epsilon) =>
        Epsilon(new RenyiAccountant(), new Poisson(q), z, steps).ShouldBe(epsilon, 1e-6);

    [Theory]
    [InlineData(256 / 60_000.0, 1.3, 3_516, 1.19)] // TF-Privacy's MNIST tutorial: 15 epochs
    [InlineData(256 / 60_000.0, 1.1, 14_063, 3.01)] // 60 epochs
    [InlineData(256 / 60_000.0, 0.7, 10_547, 7.10)] // 45 epochs
    [InlineData(0.01, 4, 10_000, 1.26)] // Abadi et al. 2016
    public void Published_values_of_the_classic_conversion_are_met(double q, double z, long steps, double epsilon) =>
        Epsilon(new RenyiAccountant(RenyiConversion.Classic), new Poisson(q), z, steps).ShouldBe(epsilon, 0.00501);

    [Theory]
    [InlineData(0.04, 1.5, 3.9, 0.001833202199583859)]
    [InlineData(0.001, 0.8, 6.3, 1.237176244670815e-5)]
    public void Divergences_under_poisson_sampling_agree_with_integration_to_30_digits(
        double q, double z, double order, double divergence) =>
        (RenyiDivergence.Of(new GaussianRound(z, new Poisson(q)), order) / divergence).ShouldBe(1, 1e-12);

    [Theory]
    [InlineData(0.04, 1.5, 3.9, 0.05650039243257115)]
    [InlineData(0.1, 3, 10, 0.07793084566975893)]
    [InlineData(0.01, 0.3, 4, 82.7486619742381004)]
    [InlineData(0.1, 0.2, 2.5, 121.162358178343257)]
    [InlineData(0.001, 0.4, 12, 142.464266968383123)]
    public void Divergences_of_fixed_size_cohorts_agree_with_integration_to_30_digits(
        double q, double z, double order, double divergence) =>
        (RenyiDivergence.Of(new GaussianRound(z, new FixedSize(q)), order) / divergence).ShouldBe(1, 1e-12);

    [Fact]
    public void Nothing_costs_nothing_and_more_costs_more()
    {
        var accountant = new RenyiAccountant();
        Epsilon(accountant, new Poisson(0.01), 1, 0).ShouldBe(0);
        Epsilon(accountant, new Poisson(0.01), 1, 200).ShouldBeGreaterThan(Epsilon(accountant, new Poisson(0.01), 1, 100));
        Epsilon(accountant, new Poisson(0.02), 1, 100).ShouldBeGreaterThan(Epsilon(accountant, new Poisson(0.01), 1, 100));
        Epsilon(accountant, new Poisson(0.01), 2, 100).ShouldBeLessThan(Epsilon(accountant, new Poisson(0.01), 1, 100));
        Epsilon(accountant, new FixedSize(0.01), 1, 100).ShouldBeGreaterThan(Epsilon(accountant, new Poisson(0.01), 1, 100));
    }

    [Fact]
    public void The_order_of_rounds_changes_no_bit_and_equal_rounds_count_together()
    {
        GaussianRound a = new(1, new Poisson(0.01)), b = new(2, new FixedSize(0.1)), c = new(9, new Everyone());
        var accountant = new RenyiAccountant();
        accountant.Epsilon(new Composition([(a, 10), (b, 5), (c, 3), (a, 7)]), 1e-5)
            .ShouldBe(accountant.Epsilon(new Composition([(c, 3), (b, 5), (a, 17)]), 1e-5));
    }

    [Theory]
    [InlineData(0.2, 1)]
    [InlineData(50, 1)]
    [InlineData(1, 1e-5)]
    [InlineData(0.2, 1e-5)]
    public void Extremes_give_a_finite_epsilon_that_is_not_below_what_a_coin_costs(double z, double q)
    {
        foreach (var round in new GaussianRound[] { new(z, new Poisson(q)), new(z, new FixedSize(q)) })
        {
            var bound = new RenyiAccountant().Epsilon(Composition.Of(round, 1_000), 1e-12);
            double.IsFinite(bound.Epsilon).ShouldBeTrue();
            bound.Epsilon.ShouldBeGreaterThan(0);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-0.1)]
    [InlineData(double.NaN)]
    public void A_delta_outside_0_to_1_is_named(double delta) =>
        Should.Throw<ArgumentOutOfRangeException>(() => new RenyiAccountant().Epsilon(new Composition([]), delta))
            .Message.ShouldContain("Delta");

    [Theory]
    [InlineData(0)]
    [InlineData(1.01)]
    [InlineData(double.NaN)]
    public void A_rate_outside_0_to_1_is_named(double q)
    {
        Should.Throw<ArgumentOutOfRangeException>(() => new Poisson(q)).Message.ShouldContain("sampling rate q");
        Should.Throw<ArgumentOutOfRangeException>(() => new FixedSize(q)).Message.ShouldContain("sampling rate q");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_noise_that_is_none_is_named(double z) =>
        Should.Throw<ArgumentOutOfRangeException>(() => new GaussianRound(z, new Everyone())).Message.ShouldContain("noise multiplier z");

    [Fact]
    public void A_copy_with_a_change_is_checked_too()
    {
        var round = new GaussianRound(1, new Poisson(0.1));
        Should.Throw<ArgumentOutOfRangeException>(() => round with { NoiseMultiplier = -1 }).Message.ShouldContain("noise multiplier z");
        Should.Throw<ArgumentNullException>(() => round with { Participation = null! });
        Should.Throw<ArgumentOutOfRangeException>(() => new Poisson(0.1) with { Rate = 2 }).Message.ShouldContain("sampling rate q");
        Should.Throw<ArgumentOutOfRangeException>(() => new FixedSize(0.1) with { Rate = 0 }).Message.ShouldContain("sampling rate q");
        Should.Throw<ArgumentOutOfRangeException>(() => new Everyone() with { Rate = 0.5 }).Message.ShouldContain("q = 1");
        (round with { NoiseMultiplier = 2, Participation = new Poisson(0.1) with { Rate = 0.2 } }).ShouldBe(new GaussianRound(2, new Poisson(0.2)));
    }

    [Fact]
    public void A_negative_number_of_rounds_is_named() =>
        Should.Throw<ArgumentOutOfRangeException>(() => Composition.Of(new GaussianRound(1, new Everyone()), -1))
            .Message.ShouldContain("steps T");

    private static double Epsilon(RenyiAccountant accountant, Participation who, double z, long steps) =>
        accountant.Epsilon(Composition.Of(new GaussianRound(z, who), steps), 1e-5).Epsilon;
}
