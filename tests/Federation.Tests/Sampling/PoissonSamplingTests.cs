namespace Cohort.Federation.Tests;

public class PoissonSamplingTests
{
    private static readonly HashSet<int> Nobody = [];

    [Fact]
    public void Each_student_is_asked_with_the_given_probability_and_independently_of_the_others()
    {
        const int Rounds = 20_000;
        const double Rate = 0.3;
        var asked = new int[5];
        var both = 0;
        var random = new Random(1);
        for (var round = 0; round < Rounds; round++)
        {
            var sample = PoissonSampling.Sample(5, Nobody, Rate, random);
            sample.ShouldBe(sample.Distinct().Order());
            foreach (var student in sample)
                asked[student]++;
            both += sample.Contains(1) && sample.Contains(2) ? 1 : 0;
        }

        // Five standard deviations of a binomial count.
        asked.ShouldAllBe(count => Math.Abs(count - (Rate * Rounds)) < 5 * Math.Sqrt(Rounds * Rate * (1 - Rate)));
        Math.Abs(both - (Rate * Rate * Rounds)).ShouldBeLessThan(5 * Math.Sqrt(Rounds * Rate * Rate));
    }

    [Fact]
    public void The_size_of_a_cohort_varies_as_a_binomial_number_does_also_where_nobody_may_be_asked()
    {
        var sizes = Enumerable.Range(0, 2_000).Select(seed => PoissonSampling.Sample(10, Nobody, 0.1, new Random(seed)).Length).ToList();

        sizes.Average().ShouldBe(1, 0.12);
        sizes.Count(size => size == 0).ShouldBeInRange(590, 806); // 2,000 x 0.9^10 = 697, five standard deviations
    }

    [Fact]
    public void Excluded_students_change_nobody_elses_chance()
    {
        var all = PoissonSampling.Sample(1_000, Nobody, 0.1, new Random(7));
        var excluded = all.Where((_, i) => i % 2 == 0).Append(-1).Append(1_001).ToHashSet();

        PoissonSampling.Sample(1_000, excluded, 0.1, new Random(7)).ShouldBe(all.Where((_, i) => i % 2 == 1));
    }

    [Fact]
    public void At_rate_one_everybody_is_asked() =>
        PoissonSampling.Sample(100, Nobody, 1, new Random(1)).ShouldBe(Enumerable.Range(0, 100));

    [Fact]
    public void A_tiny_rate_of_many_students_takes_time_for_the_cohort_only() =>
        PoissonSampling.Sample(int.MaxValue, Nobody, 1e-8, new Random(3)).Length.ShouldBeInRange(5, 50);

    [Theory]
    [InlineData(0)]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    public void A_rate_that_is_no_probability_is_refused(double rate) =>
        Should.Throw<ArgumentOutOfRangeException>(() => PoissonSampling.Sample(10, Nobody, rate, new Random(1)));

    [Fact]
    public void Who_has_another_secret_round_or_purpose_draws_other_numbers()
    {
        double First(ulong seed, string purpose, int round)
        {
            using var random = new SecretRandom(NoiseSecret.FromSeed(seed), purpose, round);
            return random.NextDouble();
        }

        First(1, "cohort", 3).ShouldBe(First(1, "cohort", 3));
        new[] { First(2, "cohort", 3), First(1, "cohort", 4), First(1, "shuffle", 3) }.ShouldNotContain(First(1, "cohort", 3));
    }

    [Fact]
    public void A_secret_generator_is_uniform_below_a_limit()
    {
        using var random = new SecretRandom(NoiseSecret.FromSeed(1), "test", 1);
        var counts = new int[7];
        for (var i = 0; i < 70_000; i++)
            counts[random.Next(7)]++;

        counts.Sum(count => (count - 10_000.0) * (count - 10_000) / 10_000).ShouldBeLessThan(25); // chi-square, 6 degrees: p = 0.0003
    }
}
