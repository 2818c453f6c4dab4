namespace Cohort.Federation.Tests;

public class GaussianMechanismTests
{
    private static readonly NoiseSecret Secret = NoiseSecret.FromSeed(1);
    private static readonly NoiseKey Key = new("run", Round: 3, Group: 2, IntraRound: 1, Participants: "digest");

    [Fact]
    public void The_same_secret_and_key_give_the_same_noise_and_any_other_gives_another()
    {
        var noise = Noise(100, 1e6, Secret, Key);
        Noise(100, 1e6, NoiseSecret.FromBytes(Secret.ToArray()), Key).ShouldBe(noise);
        Noise(100, 1e6, NoiseSecret.FromSeed(2), Key).ShouldNotBe(noise);
        foreach (var other in new[]
                 {
                     Key with { Run = "other" }, Key with { Round = 4 }, Key with { Group = 1 }, Key with { IntraRound = 0 },
                     Key with { Participants = "others" }, Key with { Run = "rund", Participants = "igest" },
                 })
        {
            Noise(100, 1e6, Secret, other).Zip(noise).Count(pair => pair.First == pair.Second).ShouldBeLessThan(3, $"{other}");
        }
    }

    [Fact]
    public void The_noise_of_a_known_key_never_changes()
    {
        // Computed by another implementation, in Python: HMAC, OpenSSL's AES-256-CTR, and every decision in decimals of 80 digits.
        var noise = Noise(20_000, 1e6, Secret, Key);
        noise[..6].ShouldBe([-685512, 2358422, 1909045, 776341, -827351, 2744009]);
        (noise.Sum(), noise[^1]).ShouldBe((185671111, 445682));
        var little = Noise(20_000, 2.5, Secret, Key);
        little[..8].ShouldBe([-2, 0, 0, 2, -3, 1, 0, 1]);
        (little.Sum(), little[^1]).ShouldBe((25, 0));
    }

    [Fact]
    public void A_part_of_a_sum_gets_noise_of_its_own_and_the_rest_none()
    {
        var sum = new ExactSum(10);
        GaussianMechanism.AddNoise(sum, 7, 2, 1e6, Secret, Key);
        sum.Values.ToArray().ShouldBe([0, 0, 0, 0, 0, 0, 0, 607055, 849492, 0]); // of that implementation, too
        GaussianMechanism.AddNoise(sum, 0, 7, 1e6, Secret, Key);
        sum.Values[..7].ToArray().ShouldBe(Noise(7, 1e6, Secret, Key));
        sum.Values[7..].ToArray().ShouldBe([607055, 849492, 0]);
    }

    [Theory]
    [InlineData(-1, 2)]
    [InlineData(0, 0)]
    [InlineData(3, 8)]
    [InlineData(10, 1)]
    [InlineData(int.MaxValue, int.MaxValue)]
    public void A_part_that_the_sum_does_not_have_is_refused(int first, int count) =>
        Should.Throw<ArgumentOutOfRangeException>(() => GaussianMechanism.AddNoise(new ExactSum(10), first, count, 1, Secret, Key))
            .Message.ShouldContain("the sum has 10");

    [Fact]
    public void Noise_beyond_the_room_reserved_for_it_is_taken_back_and_nothing_is_released()
    {
        var sum = new ExactSum(1_000);
        sum.Add([.. Enumerable.Range(0, 1_000)], 3);
        var before = sum.Values.ToArray();
        Should.Throw<OverflowException>(() => GaussianMechanism.AddNoise(sum, 0, 1_000, 1e6, Secret, Key, room: 2))
            .Message.ShouldContain("value 1 passed 2 standard deviations"); // the second draw is 2358422
        Should.Throw<OverflowException>(() => GaussianMechanism.AddNoise(sum, 6, 994, 1e6, Secret, Key, room: 2.9));
        sum.Values.ToArray().ShouldBe(before);
        (sum.Weight, sum.Count).ShouldBe((3, 1));
    }

    [Fact]
    public void Noise_does_not_depend_on_the_length_of_the_sum()
    {
        var long_ = Noise(5_000, 1e6, Secret, Key);
        Noise(1_025, 1e6, Secret, Key).ShouldBe(long_[..1_025]);
    }

    [Fact]
    public void Noise_is_added_to_the_values_and_leaves_weight_and_count()
    {
        var sum = new ExactSum(3);
        sum.Add([10, 20, 30], 2);
        GaussianMechanism.AddNoise(sum, 1e6, Secret, Key);
        sum.Values.ToArray().ShouldBe(Noise(3, 1e6, Secret, Key).Zip([20L, 40, 60], (noise, value) => noise + value));
        (sum.Weight, sum.Count).ShouldBe((2, 1));
    }

    [Fact]
    public void Noise_has_mean_zero_and_the_standard_deviation_asked_for()
    {
        const int N = 1_000_000;
        const double Sigma = 1e5;
        var noise = Noise(N, Sigma, Secret, Key);
        var mean = noise.Average() / Sigma;
        var variance = noise.Average(x => x / Sigma * (x / Sigma));
        mean.ShouldBe(0, 5 / Math.Sqrt(N));
        variance.ShouldBe(1, 5 * Math.Sqrt(2.0 / N));
        noise.Average(x => Math.Pow(x / Sigma, 3)).ShouldBe(0, 5 * Math.Sqrt(15.0 / N));
        noise.Average(x => Math.Pow(x / Sigma, 4)).ShouldBe(3, 5 * Math.Sqrt(96.0 / N));
        noise.Zip(noise.Skip(1), (x, y) => x / Sigma * (y / Sigma)).Average().ShouldBe(0, 5 / Math.Sqrt(N));
    }

    [Fact]
    public void Noise_is_distributed_as_the_normal_distribution_is()
    {
        // Kolmogorov-Smirnov: sqrt(n) D stays below 1.95 with probability 0.999, and the draw is fixed.
        var noise = Noise(200_000, 1e9, Secret, Key);
        Array.Sort(noise);
        double distance = 0;
        for (var i = 0; i < noise.Length; i++)
            distance = Math.Max(distance, Math.Abs(((i + 0.5) / noise.Length) - Phi(noise[i] / 1e9)));
        (distance * Math.Sqrt(noise.Length)).ShouldBeLessThan(1.95);
    }

    [Fact]
    public void The_logarithm_agrees_with_the_library_to_its_last_digits()
    {
        var random = new Random(1);
        for (var i = 0; i < 100_000; i++)
        {
            var x = Math.ScaleB(1 + random.NextDouble(), random.Next(-200, 200));
            PortableMath.Log(x).ShouldBe(Math.Log(x), 1e-15 * Math.Max(1, Math.Abs(Math.Log(x))));
        }

        PortableMath.Log(1).ShouldBe(0);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_standard_deviation_that_is_not_a_positive_number_is_refused(double sigma) =>
        Should.Throw<ArgumentOutOfRangeException>(() => Noise(1, sigma, Secret, Key)).Message.ShouldContain("standard deviation");

    [Theory]
    [InlineData(1e18)]
    [InlineData(1e300)]
    public void Noise_that_could_overflow_the_sum_is_refused_and_changes_nothing(double sigma)
    {
        var sum = new ExactSum(4);
        sum.Add([1, 2, 3, 4], int.MaxValue);
        var before = sum.Values.ToArray();
        Should.Throw<OverflowException>(() => GaussianMechanism.AddNoise(sum, sigma, Secret, Key));
        sum.Values.ToArray().ShouldBe(before);
    }

    [Fact]
    public void A_key_of_participants_does_not_depend_on_their_order_and_tells_other_ones_apart()
    {
        var key = NoiseKey.Of("run", 3, 2, 1, [5, 300, 7]);
        NoiseKey.Of("run", 3, 2, 1, [300, 7, 5]).ShouldBe(key);
        NoiseKey.Of("run", 3, 2, 1, [5, 300]).ShouldNotBe(key);
        NoiseKey.Of("run", 3, 2, 1, []).ShouldNotBe(key);
        // Python: hashlib.sha256(struct.pack("<iii", 5, 7, 300)).hexdigest()
        key.Participants.ShouldBe("9864e8346ce3b04317d34e0f400c39a8454eb8a3d41b97cbb78a028ace0e45e8", StringCompareShould.IgnoreCase);
    }

    [Fact]
    public void A_key_without_a_run_is_refused() =>
        Should.Throw<ArgumentException>(() => Noise(1, 1, Secret, default));

    [Fact]
    public void New_secrets_differ_and_are_kept_by_their_bytes()
    {
        var secret = NoiseSecret.Create();
        secret.ToArray().Length.ShouldBe(32);
        secret.ToArray().ShouldNotBe(NoiseSecret.Create().ToArray());
        NoiseSecret.FromBytes(secret.ToArray()).ToArray().ShouldBe(secret.ToArray());
        NoiseSecret.FromSeed(7).ToArray().ShouldBe(NoiseSecret.FromSeed(7).ToArray());
    }

    [Fact]
    public void A_secret_never_shows_its_bytes()
    {
        var secret = NoiseSecret.FromSeed(1);
        var shown = $"{secret}".Replace("-", "", StringComparison.Ordinal);
        for (var i = 0; i < 31; i++)
            shown.ShouldNotContain(Convert.ToHexString(secret.ToArray(), i, 2), Case.Insensitive);
        var copy = secret.ToArray();
        copy[0] ^= 1;
        secret.ToArray().ShouldNotBe(copy);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(33)]
    public void A_secret_of_another_length_is_refused(int length) =>
        Should.Throw<ArgumentException>(() => NoiseSecret.FromBytes(new byte[length])).Message.ShouldContain("32 bytes");

    private static long[] Noise(int length, double sigma, NoiseSecret secret, NoiseKey key)
    {
        var sum = new ExactSum(length);
        GaussianMechanism.AddNoise(sum, sigma, secret, key);
        return sum.Values.ToArray();
    }

    private static double Phi(double z) => z < 0 ? UpperTail(-z) : 1 - UpperTail(z);

    // Near the middle the Taylor series of Phi, beyond it Laplace's continued fraction of Mills' ratio.
    private static double UpperTail(double z)
    {
        var density = Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI);
        if (z < 3)
        {
            double term = z, sum = z;
            for (var k = 1; k < 200; k++)
                sum += term *= z * z / ((2 * k) + 1);
            return 0.5 - (density * sum);
        }

        var fraction = z;
        for (var k = 400; k > 0; k--)
            fraction = z + (k / fraction);
        return density / fraction;
    }
}
