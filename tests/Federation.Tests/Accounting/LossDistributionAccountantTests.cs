using Cohort.Federation.Accounting;

namespace Cohort.Federation.Tests.Accounting;

public class LossDistributionAccountantTests
{
    private static readonly LossDistributionAccountant Accountant = new();

    [Theory] // Gopi, Lee and Wutschitz 2021: upper bounds, the truth within 0.02 below
    [InlineData(0.001, 0.8, 1_000, 0.477771)]
    [InlineData(0.05, 1.5, 1_000, 6.209969)]
    [InlineData(0.2, 2.0, 100, 5.672056)]
    [InlineData(0.05, 3.0, 20_000, 13.961115)]
    public void The_bounds_enclose_what_the_prv_accountant_published(double rate, double noise, long steps, double published)
    {
        var bound = Accountant.Epsilon(Composition.Of(new GaussianRound(noise, new Poisson(rate)), steps), 1e-6);

        bound.Lower.ShouldBeLessThanOrEqualTo(published);
        bound.Upper.ShouldBeInRange(published - 0.02, published);
        (bound.Upper - bound.Lower).ShouldBeLessThanOrEqualTo(0.01);
    }

    [Theory]
    [InlineData(1.0, 1, 1e-5)]
    [InlineData(5.0, 100, 1e-3)]
    [InlineData(0.5, 3, 1e-6)]
    [InlineData(20.0, 1_000, 1e-5)]
    public void At_rate_one_it_is_the_analytic_gaussian(double noise, long steps, double delta)
    {
        var exact = AnalyticGaussian.Epsilon(delta, Math.Sqrt(steps) / noise);
        var almost = Accountant.Epsilon(Composition.Of(new GaussianRound(noise, new Poisson(1 - 1e-9)), steps), delta);

        Accountant.Epsilon(Composition.Of(new GaussianRound(noise, new Poisson(1)), steps), delta).Upper.ShouldBe(exact, 1e-9);
        almost.Lower.ShouldBeLessThanOrEqualTo(exact + 1e-6);
        almost.Upper.ShouldBeInRange(exact - 1e-6, exact + 0.001);
        (almost.Upper - almost.Lower).ShouldBeLessThanOrEqualTo(0.01);
    }

    [Fact]
    public void One_round_is_what_integration_gives()
    {
        // delta(eps) of one Poisson round by its definition: the greater of both directions' integral of (p - e^eps q)+.
        var (q, z) = (0.1, 1.0);
        var bound = Accountant.Epsilon(Composition.Of(new GaussianRound(z, new Poisson(q)), 1), 1e-3);

        Math.Max(Delta(bound.Upper, isAdding: false), Delta(bound.Upper, isAdding: true)).ShouldBeLessThanOrEqualTo(1e-3);
        Math.Max(Delta(bound.Lower, isAdding: false), Delta(bound.Lower, isAdding: true)).ShouldBeGreaterThanOrEqualTo(1e-3);

        double Delta(double epsilon, bool isAdding)
        {
            double sum = 0, width = 1e-4;
            for (var x = -12 + (width / 2); x < 13; x += width)
            {
                var plain = Density(x / z) / z;
                var mixed = ((1 - q) * plain) + (q * Density((x - 1) / z) / z);
                sum += width * Math.Max(0, isAdding ? plain - (Math.Exp(epsilon) * mixed) : mixed - (Math.Exp(epsilon) * plain));
            }

            return sum;
        }

        double Density(double x) => Math.Exp(-0.5 * x * x) / Math.Sqrt(2 * Math.PI);
    }

    [Fact]
    public void It_is_never_above_renyi_accounting_and_cohorts_of_a_fixed_size_cost_more_than_poisson_ones()
    {
        var renyi = new RenyiAccountant();
        foreach (var rate in new[] { 0.01, 0.1, 0.5 })
        {
            foreach (var noise in new[] { 0.7, 1.5, 4 })
            {
                foreach (var steps in new long[] { 1, 50 })
                {
                    var poisson = Composition.Of(new GaussianRound(noise, new Poisson(rate)), steps);
                    var fixedSize = Composition.Of(new GaussianRound(noise, new FixedSize(rate)), steps);
                    var (p, f) = (Accountant.Epsilon(poisson, 1e-5), Accountant.Epsilon(fixedSize, 1e-5));
                    p.Upper.ShouldBeLessThanOrEqualTo(renyi.Epsilon(poisson, 1e-5).Upper);
                    f.Upper.ShouldBeLessThanOrEqualTo(renyi.Epsilon(fixedSize, 1e-5).Upper);
                    f.Upper.ShouldBeGreaterThanOrEqualTo(p.Lower);
                    p.Lower.ShouldBeInRange(0, p.Upper);
                    f.Lower.ShouldBeInRange(0, f.Upper);
                }
            }
        }
    }

    [Fact]
    public void Equal_rounds_told_apart_cost_what_they_cost_together_and_rounds_of_everybody_add_to_them()
    {
        var round = new GaussianRound(1.5, new Poisson(0.1));
        var everybody = new GaussianRound(4, new Everyone());
        var together = Accountant.Epsilon(Composition.Of(round, 60), 1e-5);

        Accountant.Epsilon(new Composition([(round, 20), (round, 40)]), 1e-5).ShouldBe(together);
        var more = Accountant.Epsilon(new Composition([(round, 60), (everybody, 2)]), 1e-5);
        more.Lower.ShouldBeGreaterThan(together.Upper);
        more.Upper.ShouldBeLessThanOrEqualTo(new RenyiAccountant().Epsilon(new Composition([(round, 60), (everybody, 2)]), 1e-5).Upper);
        (more.Upper - more.Lower).ShouldBeLessThanOrEqualTo(0.01);
    }

    [Theory]
    [InlineData(0.2, 0.01, 10, 1e-5)]
    [InlineData(50, 0.5, 1_000, 1e-5)]
    [InlineData(1, 1e-5, 1_000_000, 1e-5)]
    [InlineData(1, 0.1, 100, 1e-12)]
    [InlineData(1, 0.1, 100, 0.5)]
    [InlineData(0.06, 0.9, 1_000, 1e-5)]
    public void Extremes_are_bounded_and_never_above_renyi_accounting(double noise, double rate, long steps, double delta)
    {
        var composition = Composition.Of(new GaussianRound(noise, new Poisson(rate)), steps);
        var bound = Accountant.Epsilon(composition, delta);

        double.IsNaN(bound.Upper).ShouldBeFalse();
        bound.Lower.ShouldBeInRange(0, bound.Upper);
        bound.Upper.ShouldBeLessThanOrEqualTo(new RenyiAccountant().Epsilon(composition, delta).Upper);
    }

    [Fact]
    public void No_round_costs_nothing() =>
        Accountant.Epsilon(Composition.Of(new GaussianRound(1, new Poisson(0.1)), 0), 1e-5).ShouldBe(EpsilonBound.None);
}
