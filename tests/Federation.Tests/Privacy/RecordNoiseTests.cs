namespace Cohort.Federation.Tests;

public class RecordNoiseTests
{
    private const double Step = 1.0 / (1 << 20);
    private static readonly NoiseSecret Secret = NoiseSecret.FromSeed(1);
    private static readonly RecordNoiseKey Key = new("run", Round: 3, IntraRound: 1, Student: 7, Model: "digest");

    [Fact]
    public void The_same_secret_and_key_draw_the_same_batches_and_noise_and_any_other_draws_others()
    {
        var (batches, noise) = Draw(Secret, Key);
        var again = Draw(NoiseSecret.FromBytes(Secret.ToArray()), Key);
        again.Batches.ShouldBe(batches);
        again.Noise.ShouldBe(noise);
        foreach (var (secret, key) in new[]
                 {
                     (NoiseSecret.FromSeed(2), Key), (Secret, Key with { Run = "other" }), (Secret, Key with { Round = 4 }),
                     (Secret, Key with { IntraRound = 2 }), (Secret, Key with { Student = 8 }), (Secret, Key with { Model = "another" }),
                     (Secret, Key with { Run = "rund", Model = "igest" }),
                 })
        {
            var other = Draw(secret, key);
            other.Batches.Zip(batches).Count(pair => pair.First == pair.Second).ShouldBeLessThan(3, $"{key}");
            other.Noise.Zip(noise).Count(pair => pair.First == pair.Second).ShouldBeLessThan(3, $"{key}");
        }
    }

    [Fact]
    public void A_second_step_draws_other_noise_than_the_first()
    {
        using var noise = new RecordNoise(Secret, Key);
        var (first, second) = (new float[100], new float[100]);
        noise.AddTo(first, 1, Step);
        noise.AddTo(second, 1, Step);
        first.Zip(second).Count(pair => pair.First == pair.Second).ShouldBeLessThan(3);
    }

    [Fact]
    public void Noise_has_mean_zero_and_the_standard_deviation_asked_for_in_the_unit_of_the_values()
    {
        const int N = 500_000;
        const double Sigma = 2.5;
        using var noise = new RecordNoise(Secret, Key);
        var values = new float[N];
        Array.Fill(values, 3);
        noise.AddTo(values, Sigma, Step);
        values.Average(value => value - 3.0).ShouldBe(0, 5 * Sigma / Math.Sqrt(N));
        values.Average(value => Math.Pow((value - 3.0) / Sigma, 2)).ShouldBe(1, 5 * Math.Sqrt(2.0 / N));
    }

    [Fact]
    public void Noised_values_are_whole_steps_so_that_two_in_one_step_become_one()
    {
        float[] one = [0.3f * (float)Step, 5 + (0.4f * (float)Step)];
        float[] other = [-0.3f * (float)Step, 5];
        using (var noise = new RecordNoise(Secret, Key))
            noise.AddTo(one, 0.01, Step);
        using (var noise = new RecordNoise(Secret, Key))
            noise.AddTo(other, 0.01, Step);
        one.ShouldBe(other);
        one.ShouldAllBe(value => Math.Round(value / Step) == value / Step);
    }

    private static (double[] Batches, float[] Noise) Draw(NoiseSecret secret, RecordNoiseKey key)
    {
        using var noise = new RecordNoise(secret, key);
        var values = new float[100];
        noise.AddTo(values, 1, Step);
        return ([.. Enumerable.Range(0, 100).Select(_ => noise.Sampling.NextDouble())], values);
    }
}
