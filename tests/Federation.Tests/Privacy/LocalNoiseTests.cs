namespace Cohort.Federation.Tests;

public class LocalNoiseTests
{
    private static readonly NoiseSecret Secret = NoiseSecret.FromSeed(5);

    [Fact]
    public void A_students_own_noise_has_the_planned_deviation_and_touches_only_its_part()
    {
        var update = new int[100_001];
        LocalNoise.Add(update, 0, 100_000, 1_000, Secret, new NoiseKey("run", 1, 2, 1, "7"));

        update[^1].ShouldBe(0);
        Math.Sqrt(update.Average(value => (double)value * value)).ShouldBe(1_000, 15); // six standard errors
        update.Average().ShouldBe(0, 20);
    }

    [Fact]
    public void The_same_key_draws_the_same_noise_and_another_students_draws_another()
    {
        int[] Noise(string student)
        {
            var update = new int[50];
            LocalNoise.Add(update, 0, 50, 1_000, Secret, new NoiseKey("run", 1, 2, 1, student));
            return update;
        }

        Noise("7").ShouldBe(Noise("7"));
        Noise("7").ShouldNotBe(Noise("8"));
    }

    [Fact]
    public void Noise_that_leaves_the_grid_is_refused_with_what_to_do() =>
        Should.Throw<UpdateRejectedException>(
                () => LocalNoise.Add(new int[1_000], 0, 1_000, 1e9, Secret, new NoiseKey("run", 1, 2, 1, "7")))
            .Message.ShouldContain("choose a coarser grid (privacy.fractionBits)");
}
