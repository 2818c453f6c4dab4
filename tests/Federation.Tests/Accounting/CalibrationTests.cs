using Cohort.Federation.Accounting;

namespace Cohort.Federation.Tests.Accounting;

public class CalibrationTests
{
    private static readonly AnalyticGaussianAccountant Exact = new();

    [Fact]
    public void The_noise_found_is_the_least_within_a_ten_thousandth()
    {
        foreach (var (accountant, who) in new (IPrivacyAccountant, Participation)[]
                 {
                     (Exact, new Everyone()), (new RenyiAccountant(), new Poisson(0.05)),
                 })
        {
            var z = Calibration.NoiseMultiplier(accountant, who, 100, 2, 1e-5);
            Upper(accountant, who, z).ShouldBeLessThanOrEqualTo(2);
            Upper(accountant, who, z * (1 - 1e-4)).ShouldBeGreaterThan(2);
        }
    }

    [Fact]
    public void Rounds_within_a_budget_are_as_many_as_fit()
    {
        var round = new GaussianRound(5, new Everyone());
        var rounds = Calibration.Rounds(Exact, round, 7.59, 1e-3);
        rounds.ShouldBe(100); // 100 cost 7.5813
        Calibration.Rounds(Exact, round, 0.01, 1e-9).ShouldBe(0);
    }

    [Fact]
    public void A_budget_that_no_noise_keeps_is_named() =>
        Should.Throw<ArgumentException>(() => Calibration.NoiseMultiplier(Exact, new Everyone(), 100_000_000, 1e-9, 1e-12))
            .Message.ShouldContain("No noise multiplier up to");

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void An_epsilon_that_is_no_budget_is_named(double epsilon) =>
        Should.Throw<ArgumentOutOfRangeException>(() => Calibration.NoiseMultiplier(Exact, new Everyone(), 1, epsilon, 1e-5))
            .Message.ShouldContain("target epsilon");

    private static double Upper(IPrivacyAccountant accountant, Participation who, double z) =>
        accountant.Epsilon(Composition.Of(new GaussianRound(z, who), 100), 1e-5).Upper;
}
