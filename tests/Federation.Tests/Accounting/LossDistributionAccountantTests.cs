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
        almost.Upper.ShouldBeInRange(exact - 1e-6, exact + 0.002);
        (almost.Upper - almost.Lower).ShouldBeLessThanOrEqualTo(0.01);
    }

    [Theory] // by the formula of one round, in 30 digits
    [InlineData(0.1, 1, 1e-5, 1.6845438143285)]
    [InlineData(0.5, 0.5, 1e-3, 6.4505028431753)]
    [InlineData(0.01, 0.3, 1e-4, 7.953218863906)]
    [InlineData(0.05, 3, 1e-6, 0.11178667727513)]
    [InlineData(1e-5, 0.2, 1e-6, 6.5128656240727)]
    [InlineData(1e-5, 1, 1e-6, 2.1909744200167e-5)]
    [InlineData(1e-5, 0.05, 1e-6, 213.1495417473)]
    public void The_bounds_enclose_one_round_in_30_digits(double rate, double noise, double delta, double epsilon)
    {
        var bound = Accountant.Epsilon(Composition.Of(new GaussianRound(noise, new Poisson(rate)), 1), delta);

        epsilon.ShouldBeInRange(bound.Lower, bound.Upper);
        (bound.Upper - bound.Lower).ShouldBeLessThanOrEqualTo(Math.Max(0.01, 1e-4 * epsilon));
    }

    [Theory] // the same, of the direction in which a student is added
    [InlineData(0.1, 1, 1e-5, 0.099609399448564)]
    [InlineData(0.5, 0.5, 1e-3, 0.67864594339868)]
    [InlineData(0.01, 0.3, 1e-4, 0.0098723819605189)]
    public void The_bounds_of_adding_a_student_enclose_one_round_in_30_digits(double rate, double noise, double delta, double epsilon)
    {
        var bound = LossDistributionAccountant.Bounds(
            [(new GaussianRound(noise, new Poisson(rate)), 1)], isAdding: true, delta, 1, double.PositiveInfinity);

        epsilon.ShouldBeInRange(bound.Lower, bound.Upper);
        (bound.Upper - bound.Lower).ShouldBeLessThanOrEqualTo(0.01);
    }

    [Theory] // by convolution of one round's density with itself, in quadrature on a grid of 2,000 points
    [InlineData(0.1, 1, 2, 1e-4)]
    [InlineData(0.3, 0.7, 2, 1e-6)]
    public void The_bounds_enclose_two_rounds_by_quadrature(double rate, double noise, long steps, double delta)
    {
        var bound = Accountant.Epsilon(Composition.Of(new GaussianRound(noise, new Poisson(rate)), steps), delta);

        Delta(bound.Upper).ShouldBeLessThanOrEqualTo(delta);
        Delta(bound.Lower).ShouldBeGreaterThanOrEqualTo(delta);

        double Delta(double epsilon)
        {
            // Over the first round's x: the second's loss has to exceed what is left of epsilon.
            double sum = 0, width = noise / 200;
            for (var x = (-9 * noise) + (width / 2); x < 1 + (9 * noise); x += width)
            {
                var plain = Normal.Density(x / noise) / noise;
                var ratio = 1 - rate + (rate * Math.Exp(((2 * x) - 1) / (2 * noise * noise)));
                sum += width * plain * ratio * Removing(epsilon - Math.Log(ratio));
            }

            return sum;
        }

        double Removing(double epsilon)
        {
            var grown = (Math.Exp(epsilon) - 1 + rate) / rate;
            var x = grown <= 0 ? double.NegativeInfinity : (Math.Log(grown) * noise * noise) + 0.5;
            var plain = Normal.Upper(x / noise);
            return ((1 - rate) * plain) + (rate * Normal.Upper((x - 1) / noise)) - (Math.Exp(epsilon) * plain);
        }
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
    [InlineData(0.05, 0.05, 20_000, 1e-6)]
    [InlineData(1e6, 0.5, 100_000_000, 1e-6)]
    [InlineData(0.3, 1e-6, 1, 1e-12)]
    [InlineData(1, 0.01, 1_000, 1e-200)]
    [InlineData(2, 0.2, 10, 0.999)]
    public void Extremes_are_bounded_and_never_above_renyi_accounting(double noise, double rate, long steps, double delta)
    {
        foreach (var who in new Participation[] { new Poisson(rate), new FixedSize(rate) })
        {
            var composition = Composition.Of(new GaussianRound(noise, who), steps);
            var bound = Accountant.Epsilon(composition, delta);

            double.IsFinite(bound.Upper).ShouldBeTrue();
            bound.Lower.ShouldBeInRange(0, bound.Upper);
            bound.Upper.ShouldBeLessThanOrEqualTo(new RenyiAccountant().Epsilon(composition, delta).Upper);
        }
    }

    [Fact]
    public void Rounds_of_everybody_with_hardly_any_noise_are_not_given_more_of_it()
    {
        // A hundred rounds of everybody at z = 0.3 are one at z = 0.03, which no single round may have.
        var everybody = Composition.Of(new GaussianRound(0.3, new Everyone()), 100);
        var more = new Composition([(new GaussianRound(0.3, new Everyone()), 100), (new GaussianRound(20, new Poisson(0.01)), 1)]);

        Accountant.Epsilon(more, 1e-5).Upper.ShouldBeGreaterThanOrEqualTo(Accountant.Epsilon(everybody, 1e-5).Lower);
        Accountant.Epsilon(more, 1e-5).Upper.ShouldBeLessThan(1.02 * Accountant.Epsilon(everybody, 1e-5).Upper);
    }

    [Fact]
    public void Bounds_of_random_plans_are_close_and_finer_ones_never_contradict_them()
    {
        var random = new Random(20_210_605);
        for (var i = 0; i < 40; i++)
        {
            var noise = Math.Exp((5 * random.NextDouble()) - 1.6);
            var rate = Math.Exp(-9 * random.NextDouble());
            var steps = (long)Math.Exp(9 * random.NextDouble());
            var delta = Math.Pow(10, -1 - (11 * random.NextDouble()));
            List<(GaussianRound, long)> rounds = [(new GaussianRound(noise, i % 2 == 0 ? new Poisson(rate) : new FixedSize(rate)), steps)];
            if (i % 3 == 0)
                rounds.Add((new GaussianRound(3 * noise, new Poisson(Math.Min(1, 2 * rate))), (steps / 2) + 1));
            if (i % 5 == 0)
                rounds.Add((new GaussianRound(4 + noise, new Everyone()), 2));
            var composition = new Composition(rounds);
            var bound = Accountant.Epsilon(composition, delta);

            (bound.Upper - bound.Lower).ShouldBeInRange(0, Math.Max(0.01, 1e-3 * bound.Upper));
            bound.Upper.ShouldBeLessThanOrEqualTo(new RenyiAccountant().Epsilon(composition, delta).Upper);
            foreach (var isAdding in new[] { false, true })
            {
                var (coarse, fine) = (At(4), At(0.3));
                fine.Upper.ShouldBeGreaterThanOrEqualTo(coarse.Lower);
                coarse.Upper.ShouldBeGreaterThanOrEqualTo(fine.Lower);

                (double Lower, double Upper) At(double coarser) => LossDistributionAccountant.Bounds(
                    [.. composition.Rounds], isAdding, delta, coarser, double.PositiveInfinity);
            }
        }
    }

    [Fact]
    public void No_round_costs_nothing() =>
        Accountant.Epsilon(Composition.Of(new GaussianRound(1, new Poisson(0.1)), 0), 1e-5).ShouldBe(EpsilonBound.None);
}
