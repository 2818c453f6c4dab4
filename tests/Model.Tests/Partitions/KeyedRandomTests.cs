using Cohort.Model.Randomness;

namespace Cohort.Model.Tests.Partitions;

public sealed class KeyedRandomTests
{
    [Fact]
    public void The_stream_is_xoshiro256_star_star_of_its_authors()
    {
        var stream = new Xoshiro256(1, 2, 3, 4);
        ulong[] reference =
        [
            11520, 0, 1509978240, 1215971899390074240, 1216172134540287360, 607988272756665600, 16172922978634559625,
            8476171486693032832, 10595114339597558777, 2904607092377533576,
        ];
        foreach (ulong expected in reference)
            stream.NextUInt64().ShouldBe(expected);
    }

    [Fact]
    public void A_state_is_filled_by_SplitMix64_of_its_authors()
    {
        // SplitMix64 from 0 gives e220a8397b1dcdaf, 6e789e6aa1b965f4, 06c45d188009454f, f88bb8a8724c81ec.
        var filled = new Xoshiro256(0);
        var reference = new Xoshiro256(0xe220a8397b1dcdaf, 0x6e789e6aa1b965f4, 0x06c45d188009454f, 0xf88bb8a8724c81ec);
        for (int i = 0; i < 8; i++)
            filled.NextUInt64().ShouldBe(reference.NextUInt64());
    }

    [Fact]
    public void Every_kind_of_number_has_a_known_value()
    {
        // Written down once from this implementation: they must never change, on no machine and under no version of .NET.
        var random = KeyedRandom.For(42, Purpose.Shuffle, 3, 7);
        random.NextUInt64().ShouldBe(2161083570820677126ul);
        random.Next().ShouldBe(456903463);
        random.Next(1000).ShouldBe(850);
        random.Next(-500, 500).ShouldBe(279);
        random.NextInt64().ShouldBe(8092317501088825850);
        random.NextInt64(1_000_000_000_000).ShouldBe(966538707030);
        random.NextInt64(long.MinValue, long.MaxValue).ShouldBe(-8699946222862875804);
        random.NextDouble().ShouldBe(0.004208295830458231);
        random.NextSingle().ShouldBe(0.92045844f);
        byte[] bytes = new byte[11];
        random.NextBytes(bytes);
        Convert.ToHexStringLower(bytes).ShouldBe("a7f78f3c946e84469ea5d2");
        random.NextGaussian().ShouldBe(0.5259558386591856);
        random.NextGamma(0.5).ShouldBe(0.008051244945820957);
        random.NextGamma(2.5).ShouldBe(0.9477934043887504);
        int[] order = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
        random.Permute<int>(order);
        order.ShouldBe([6, 3, 8, 9, 5, 4, 2, 0, 7, 1]);
    }

    [Fact]
    public void Seed_purpose_and_every_key_word_change_the_stream()
    {
        ulong[] firsts =
        [
            First(1, Purpose.Shuffle, 1, 2), First(2, Purpose.Shuffle, 1, 2), First(1, Purpose.Augment, 1, 2),
            First(1, Purpose.Shuffle, 2, 1), First(1, Purpose.Shuffle, 1), First(1, Purpose.Shuffle, 1, 2, 0),
            First(1, Purpose.Shuffle), First(1, Purpose.Shuffle, 0),
        ];
        firsts.Distinct().Count().ShouldBe(firsts.Length);
        First(1, Purpose.Shuffle, 1, 2).ShouldBe(firsts[0]);

        static ulong First(ulong seed, Purpose purpose, params long[] key) => KeyedRandom.For(seed, purpose, key).NextUInt64();
    }

    [Fact]
    public void Numbers_below_a_bound_are_uniform()
    {
        var random = KeyedRandom.For(1, Purpose.Split);
        int[] counts = new int[7];
        for (int i = 0; i < 70_000; i++)
            counts[random.Next(7)]++;

        // Chi-squared with 6 degrees of freedom exceeds 22.5 once in a thousand.
        counts.Sum(c => (c - 10_000.0) * (c - 10_000.0) / 10_000).ShouldBeLessThan(22.5);
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(1)]
    [InlineData(4.5)]
    public void Gamma_has_its_mean_and_variance(double shape)
    {
        var random = KeyedRandom.For(5, Purpose.Partition);
        double[] draws = [.. Enumerable.Range(0, 50_000).Select(_ => random.NextGamma(shape))];
        double mean = draws.Average();
        mean.ShouldBe(shape, 0.05 * Math.Sqrt(shape) + 0.01);
        draws.Average(x => (x - mean) * (x - mean)).ShouldBe(shape, 0.1 * shape + 0.02);
    }

    [Fact]
    public void Gaussian_has_mean_0_and_variance_1()
    {
        var random = KeyedRandom.For(6, Purpose.Partition);
        double[] draws = [.. Enumerable.Range(0, 50_000).Select(_ => random.NextGaussian())];
        draws.Average().ShouldBe(0, 0.02);
        draws.Average(x => x * x).ShouldBe(1, 0.03);
        draws.Average(x => x * x * x * x).ShouldBe(3, 0.2);
    }

    [Theory]
    [InlineData(0.0005)]
    [InlineData(0.5)]
    [InlineData(1000)]
    public void Dirichlet_draws_are_proportions_whatever_alpha(double alpha)
    {
        var random = KeyedRandom.For(7, Purpose.Partition);
        double[] proportions = new double[50];
        for (int i = 0; i < 100; i++)
        {
            random.NextDirichlet(alpha, proportions);
            proportions.ShouldAllBe(p => p >= 0 && p <= 1);
            proportions.Sum().ShouldBe(1, 1e-12);
        }
    }

    [Fact]
    public void Empty_ranges_yield_their_lower_end_and_reversed_ones_are_refused()
    {
        var random = KeyedRandom.For(8, Purpose.Shuffle);
        random.Next(0).ShouldBe(0);
        random.Next(5, 5).ShouldBe(5);
        random.NextInt64(-9, -9).ShouldBe(-9);
        Should.Throw<ArgumentOutOfRangeException>(() => random.Next(-1));
        Should.Throw<ArgumentOutOfRangeException>(() => random.Next(2, 1));
        Should.Throw<ArgumentOutOfRangeException>(() => random.NextGamma(0));
    }
}
