using Cohort.Federation.Accounting;

namespace Cohort.Federation.Tests.Accounting;

public class AnalyticGaussianTests
{
    [Theory]
    [InlineData(1e-5, 1, 4.3771780957)]
    [InlineData(1e-3, 2, 7.5812799246)] // 100 rounds of z = 5
    public void Epsilon_agrees_with_the_theorem(double delta, double mu, double epsilon) =>
        AnalyticGaussian.Epsilon(delta, mu).ShouldBe(epsilon, 1e-9);

    [Theory]
    [InlineData(1e-12, 0.02)]
    [InlineData(1e-5, 0.3)]
    [InlineData(0.3, 1)]
    [InlineData(1e-100, 5)]
    [InlineData(0.999, 80)]
    public void Delta_at_epsilon_is_the_delta_asked_for(double delta, double mu) =>
        (AnalyticGaussian.Delta(AnalyticGaussian.Epsilon(delta, mu), mu) / delta).ShouldBe(1, 1e-9);

    [Fact]
    public void Rounds_of_everybody_are_one_gaussian()
    {
        var rounds = Composition.Of(new GaussianRound(5, new Everyone()), 100);
        new AnalyticGaussianAccountant().Epsilon(rounds, 1e-3).Epsilon.ShouldBe(7.5812799246, 1e-9);
        Should.Throw<ArgumentException>(() => new AnalyticGaussianAccountant().Epsilon(
            Composition.Of(new GaussianRound(5, new Poisson(0.5)), 1), 1e-3)).Message.ShouldContain("everyone takes part");
    }
}
