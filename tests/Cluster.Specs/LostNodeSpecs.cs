namespace Cohort.Specs;

/// <summary>docs/cluster.md, A member leaves: what a node is lost with is asked again, and nothing of it counts twice.</summary>
[Collection(nameof(ThreeNodes))]
public sealed class LostNodeSpecs(ThreeNodes three)
{
    private readonly Cluster _cluster = three.Cluster;

    [Fact]
    public Task A_node_that_is_killed_in_mid_round_changes_no_bit()
        => _cluster.SpecAsync(async () =>
        {
            string[] plan = [Plans.Short, "--rounds", "15", "--seed", "11"];
            var calm = _cluster.ModelOfOneProcessAsync(plan);
            var run = await _cluster.BeginAsync(plan);

            await _cluster.RoundsAsync(run, 3);
            await _cluster.KillInMidRoundAsync(run, "node2");

            (await _cluster.EndAsync(run)).ShouldBe(await calm);
        });

    [Fact]
    public Task Leaders_that_are_lost_with_all_nodes_but_one_are_replaced_and_no_bit_changes()
        => _cluster.SpecAsync(async () =>
        {
            string[] plan = [Plans.Short, "--rounds", "15", "--seed", "12"];
            var calm = _cluster.ModelOfOneProcessAsync(plan);
            var run = await _cluster.BeginAsync(plan);

            await _cluster.RoundsAsync(run, 3);
            await _cluster.KillInMidRoundAsync(run, "node1");
            await _cluster.MoreRoundsAsync(run, 2);
            await _cluster.KillInMidRoundAsync(run, "node3"); // four groups' leaders: with two of three nodes most of them are gone

            (await _cluster.EndAsync(run)).ShouldBe(await calm);
        });

    [Fact]
    public Task A_run_waits_for_a_node_where_all_are_lost_and_goes_on_bit_for_bit()
        => _cluster.SpecAsync(async () =>
        {
            string[] plan = [Plans.Short, "--rounds", "8", "--seed", "13"];
            var calm = _cluster.ModelOfOneProcessAsync(plan);
            var run = await _cluster.BeginAsync(plan);

            await _cluster.RoundsAsync(run, 2);
            foreach (var node in (string[])["node1", "node2", "node3"])
            {
                await _cluster.KillAsync(node);
            }

            await _cluster.AddAsync("node2");

            (await _cluster.EndAsync(run)).ShouldBe(await calm);
        });

    [Fact]
    public Task A_node_that_is_silent_for_a_while_and_comes_back_changes_no_bit()
        => _cluster.SpecAsync(async () =>
        {
            string[] plan = [Plans.Short, "--rounds", "30", "--seed", "14"];
            var calm = _cluster.ModelOfOneProcessAsync(plan);
            var run = await _cluster.BeginAsync(plan);

            await _cluster.RoundsAsync(run, 3);
            await _cluster.PauseAsync("node2");
            await _cluster.MoreRoundsAsync(run, 2); // no round can end before others have done its work
            await _cluster.ResumeAsync("node2");

            (await _cluster.EndAsync(run)).ShouldBe(await calm);
        });

    [Fact]
    public Task A_node_that_is_paused_beyond_the_deadline_does_no_harm_when_it_comes_back()
        => _cluster.SpecAsync(async () =>
        {
            var run = await _cluster.BeginAsync(Plans.Impatient, "--rounds", "40", "--seed", "15");

            await _cluster.RoundsAsync(run, 3);
            await _cluster.PauseAsync("node2");
            await _cluster.MoreRoundsAsync(run, 3);
            await _cluster.ResumeAsync("node2");
            var back = (await _cluster.RoundsOfAsync(run)).Count;
            await _cluster.EndAsync(run);

            var rounds = await _cluster.RoundsOfAsync(run);
            rounds.ShouldContain(round => round.Missing.Count > 0); // its students were given up for that round
            foreach (var round in rounds)
            {
                // Who was asked is in exactly one of the three: nobody's late update is added to a sum that has gone on without it.
                round.Participants.Concat(round.Missing).Concat(round.Failed).Order().ShouldBeUnique();
                (round.Participants.Count + round.Missing.Count + round.Failed.Count).ShouldBe(16);
                round.Parent.ShouldBe(round.Round == 1 ? round.Parent : rounds[round.Round - 2].Model);
            }

            rounds.Skip(back + 3).ShouldAllBe(round => round.Missing.Count == 0); // and it takes part again
        });
}
