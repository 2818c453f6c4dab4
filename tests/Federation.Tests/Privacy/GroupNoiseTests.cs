namespace Cohort.Federation.Tests;

public class GroupNoiseTests
{
    private const int Length = 40_000;
    private const double Planned = 1e5;
    private static readonly NoiseSecret Secret = NoiseSecret.FromSeed(4);

    [Theory]
    [InlineData(1, "0")]
    [InlineData(3, "0 1 2")]
    [InlineData(3, "1")]
    [InlineData(5, "0 4")]
    [InlineData(5, "0 1 3 4")]
    [InlineData(5, "2")]
    public void The_sum_carries_the_planned_noise_whichever_groups_answer(int groups, string answering)
    {
        var answers = answering.Split(' ').Select(int.Parse).ToList();
        var noise = new GroupNoise(Planned, groups, IntraGroupRounds: 1);
        var total = new ExactSum(Length);
        foreach (var group in answers)
            total.Add(Answer(noise, group));
        noise.AddMissingShares(total, Secret, "run", 3, Enumerable.Range(0, groups).Except(answers));

        StandardDeviation(total).ShouldBe(Planned, 5 * Planned / Math.Sqrt(2.0 * Length));
        (noise.ShareInSteps * noise.ShareInSteps * groups).ShouldBeInRange(Planned * Planned, Planned * Planned * (1 + 1e-14));
        (total.Weight, total.Count).ShouldBe((answers.Count, answers.Count));
    }

    [Fact]
    public void A_missing_share_is_what_the_group_s_leader_would_draw_for_a_sum_of_nobody()
    {
        var noise = new GroupNoise(Planned, 2, IntraGroupRounds: 1);
        var (ours, leader_s) = (new ExactSum(100), new ExactSum(100));
        noise.AddMissingShares(ours, Secret, "run", 3, [1]);
        GaussianMechanism.AddNoise(leader_s, noise.ShareInSteps, Secret, NoiseKey.Of("run", 3, 1, 1, []));
        ours.Values.ToArray().ShouldBe(leader_s.Values.ToArray());

        var again = new ExactSum(100);
        noise.AddMissingShares(again, Secret, "run", 3, [1, 0]);
        again.Values.ToArray().ShouldNotBe(ours.Values.ToArray());
    }

    [Fact]
    public void A_group_that_releases_models_of_its_own_carries_the_whole_noise_itself()
    {
        var noise = new GroupNoise(Planned, 5, IntraGroupRounds: 2);
        StandardDeviation(Answer(noise, group: 3)).ShouldBe(Planned, 5 * Planned / Math.Sqrt(2.0 * Length));
        var total = new ExactSum(Length);
        noise.AddMissingShares(total, Secret, "run", 3, [0, 1, 2, 4]);
        total.Values.ToArray().ShouldAllBe(value => value == 0); // what is not in the sum is not released
    }

    [Fact]
    public void Shares_too_small_for_the_grid_are_refused() =>
        Should.Throw<ArgumentException>(() => Answer(new GroupNoise(2, 9, IntraGroupRounds: 1), group: 0))
            .Message.ShouldContain("9 noise shares");

    private static ExactSum Answer(GroupNoise noise, int group)
    {
        var sum = new ExactSum(Length);
        sum.Add(new int[Length], 1);
        noise.AddShare(sum, Secret, NoiseKey.Of("run", 3, group, 1, [group]));
        return sum;
    }

    private static double StandardDeviation(ExactSum sum)
    {
        double squares = 0;
        foreach (var value in sum.Values)
            squares += (double)value * value;
        return Math.Sqrt(squares / Length);
    }
}
