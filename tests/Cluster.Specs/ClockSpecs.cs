namespace Cohort.Specs;

/// <summary>docs/cluster.md, Clocks: no deadline is a time of day, so that clocks may jump.</summary>
[Collection(nameof(ThreeNodes))]
public sealed class ClockSpecs(ThreeNodes three)
{
    private readonly Cluster _cluster = three.Cluster;

    [Fact]
    public Task A_node_whose_clock_jumps_forth_and_back_in_mid_run_changes_no_bit()
        => _cluster.SpecAsync(async () =>
        {
            string[] plan = [Plans.Short, "--rounds", "20", "--seed", "61"];
            var calm = _cluster.ModelOfOneProcessAsync(plan);
            await using var clock = new FakeClock("-365d");
            await _cluster.KillAsync("node2");
            await _cluster.AddAsync("node2", clock);
            await _cluster.NodesAsync("node1", "node2", "node3");
            _cluster.LogOf("node2").ShouldContain($"{FakeClock.Today.AddDays(-365):yyyy-MM-dd}T"); // it believes the clock
            var run = await _cluster.BeginAsync(plan);

            await _cluster.RoundsAsync(run, 2);
            clock.Jump("+30d");
            await _cluster.RoundsAsync(run, 6);
            clock.Jump("-30d");

            (await _cluster.EndAsync(run)).ShouldBe(await calm);
            (await _cluster.RoundsOfAsync(run)).ShouldAllBe(round => round.Missing.Count == 0);
            await _cluster.KillAsync("node2"); // the next spec has one of the machine's own clock
        });
}
