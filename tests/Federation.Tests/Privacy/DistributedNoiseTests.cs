using System.Numerics;

namespace Cohort.Federation.Tests;

public class DistributedNoiseTests
{
    [Fact]
    public void The_shares_of_the_honest_have_the_planned_variance_at_least_and_hardly_more()
    {
        var random = new Random(1);
        for (var i = 0; i < 10_000; i++)
        {
            var sigma = Math.ScaleB(1 + random.NextDouble(), random.Next(-3, 40));
            var honest = random.Next(1, i % 2 == 0 ? 12 : 1_000_000);
            var share = DistributedNoise.ShareOf(sigma, honest);
            var planned = Square(sigma);
            (honest * Square(share) >= planned).ShouldBeTrue($"{honest} shares of {sigma:R}");
            (honest * share * share / (sigma * sigma)).ShouldBe(1, 1e-14);
        }

        DistributedNoise.ShareOf(12.5, 1).ShouldBe(12.5);
    }

    [Fact]
    public void Tau_is_the_sum_in_the_paper()
    {
        DistributedNoise.Tau(1, 1).ShouldBe(0);
        DistributedNoise.Tau(1, 2).ShouldBe(10 * Math.Exp(-Math.PI * Math.PI), 1e-10);
        DistributedNoise.Tau(0.5, 3).ShouldBe(
            10 * (Math.Exp(-Math.PI * Math.PI / 4) + Math.Exp(-Math.PI * Math.PI / 3)), 1e-8);
        DistributedNoise.Tau(1_000, 1_000_000).ShouldBeInRange(double.Epsilon, 1e-300);
    }

    [Theory]
    [InlineData(0.5, 2)]
    [InlineData(0.5, 7)]
    [InlineData(0.7, 2)]
    [InlineData(0.7, 20)]
    [InlineData(1, 2)]
    [InlineData(1, 5)]
    public void The_sum_of_shares_is_as_close_to_one_discrete_gaussian_as_tau_says(double share, int parties)
    {
        const int Reach = 60;
        var one = Probabilities(share, Reach);
        var sum = one;
        for (var party = 1; party < parties; party++)
        {
            var next = new double[one.Length];
            for (var x = 0; x < one.Length; x++)
            {
                for (var y = 0; y < one.Length; y++)
                {
                    if (x + y - Reach is >= 0 and <= 2 * Reach)
                        next[x + y - Reach] += sum[x] * one[y];
                }
            }

            sum = next;
        }

        var whole = Probabilities(share * Math.Sqrt(parties), Reach);
        var tau = DistributedNoise.Tau(share, parties);
        double worst = 0;
        for (var x = -6; x <= 6; x++) // as far as doubles show the difference
            worst = Math.Max(worst, Math.Abs(Math.Log(sum[x + Reach] / whole[x + Reach])));
        worst.ShouldBeLessThanOrEqualTo(tau);
        if (parties == 2)
            worst.ShouldBeGreaterThan(tau / 20, "the bound means something");
    }

    [Fact]
    public void Shares_that_could_cost_privacy_are_refused_and_such_as_cohort_uses_are_not()
    {
        var message = Should.Throw<ArgumentException>(() => DistributedNoise.RequireNegligible(1, 10, 1_000_000)).Message;
        message.ShouldContain("10 noise shares of 1 steps");
        message.ShouldContain("finer grid");
        DistributedNoise.RequireNegligible(1, 1, 1_000_000); // one share is the discrete Gaussian itself
        DistributedNoise.RequireNegligible(3.5, 1_000, 10_000_000);
        DistributedNoise.ExtraEpsilon(2, 3, 1_000).ShouldBe(2_000 * DistributedNoise.Tau(2, 3));
        Should.Throw<ArgumentOutOfRangeException>(() => DistributedNoise.Tau(0.49, 2)).Message.ShouldContain("0.5 steps");
        Should.Throw<ArgumentOutOfRangeException>(() => DistributedNoise.Tau(double.NaN, 2));
        Should.Throw<ArgumentOutOfRangeException>(() => DistributedNoise.ShareOf(1, 0));
    }

    [Fact]
    public void A_share_has_room_for_sixteen_of_its_standard_deviations()
    {
        DistributedNoise.RoomFor(0.5).ShouldBe(9);
        DistributedNoise.RoomFor(1e6).ShouldBe(16_000_001);
    }

    [Fact]
    public void As_many_shares_as_are_counted_on_carry_the_planned_noise_and_more_of_them_more()
    {
        const int Counted = 5, Length = 40_000;
        const double Planned = 1e5;
        var sum = new ExactSum(Length);
        for (var student = 0; student < 8; student++)
        {
            var update = new int[Length];
            LocalNoise.Add(
                update, 0, Length, DistributedNoise.ShareOf(Planned, Counted), NoiseSecret.FromSeed(2), new("run", 1, 0, 1, $"student {student}"));
            sum.Add(update, 1);
            if (student >= Counted - 1)
            {
                double squares = 0;
                foreach (var value in sum.Values)
                    squares += (double)value * value;
                Math.Sqrt(squares / Length).ShouldBe(Planned * Math.Sqrt((student + 1.0) / Counted), 5 * Planned / Math.Sqrt(2.0 * Length));
            }
        }
    }

    private static BigInteger Square(double value)
    {
        var whole = new BigInteger(Math.ScaleB(value, 100));
        return whole * whole;
    }

    private static double[] Probabilities(double sigma, int reach)
    {
        var masses = Enumerable.Range(-reach, (2 * reach) + 1).Select(x => Math.Exp(-x * (x / (2 * sigma * sigma)))).ToArray();
        var total = masses.Sum();
        return Array.ConvertAll(masses, mass => mass / total);
    }
}
