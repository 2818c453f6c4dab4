namespace Cohort.Specs;

/// <summary>
/// docs/secure-aggregation.md: masks change no bit, and who is lost with a node is left out of a sum that is still
/// had.
/// </summary>
[Collection(nameof(ThreeNodes))]
public sealed class SecureSpecs(ThreeNodes three)
{
    private readonly Cluster _cluster = three.Cluster;

    [Fact]
    public Task Three_nodes_under_secure_aggregation_make_the_model_of_one_process_without()
        => _cluster.SpecAsync(async () =>
        {
            string[] options = ["--rounds", "5", "--seed", "21"];

            (await _cluster.TrainAsync([Plans.Secure, .. options]))
                .ShouldBe(await _cluster.ModelOfOneProcessAsync([Plans.Clipped, .. options]));
        });

    [Fact]
    public Task Three_nodes_whose_students_draw_the_noise_make_the_model_of_one_process()
        => _cluster.SpecAsync(async () =>
        {
            string[] plan = [Plans.Shares, "--rounds", "5", "--seed", "23"];

            (await _cluster.TrainAsync(plan)).ShouldBe(await _cluster.ModelOfOneProcessAsync(plan));
        });

    [Fact]
    public Task A_node_that_is_killed_in_mid_round_costs_its_students_and_the_sum_of_the_others_is_right()
        => _cluster.SpecAsync(async () =>
        {
            var run = await _cluster.BeginAsync(Plans.Secure, "--rounds", "10", "--seed", "22");
            await _cluster.RoundsAsync(run, 3);
            await _cluster.KillInMidRoundAsync(run, "node2");
            await _cluster.EndAsync(run);

            // Which stage the node was killed at is chance: its students are missing, or were asked again elsewhere.
            var rounds = await _cluster.RoundsOfAsync(run);
            rounds.Count.ShouldBe(10);
            rounds.ShouldAllBe(round => round.Participants.Count >= 9);
            foreach (var round in rounds.OrderByDescending(round => round.Missing.Count).Take(1))
            {
                await _cluster.ReplayAsync(run, round.Round); // of those who took part, under other masks
            }
        });
}
