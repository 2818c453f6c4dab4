namespace Cohort.Specs;

/// <summary>docs/cluster.md, Node drained; operations.md, scaling: nodes may come and go while a run goes on.</summary>
[Collection(nameof(ThreeNodes))]
public sealed class ScaleSpecs(ThreeNodes three)
{
    private readonly Cluster _cluster = three.Cluster;

    [Fact]
    public Task Nodes_that_come_and_go_during_a_run_change_no_bit()
        => _cluster.SpecAsync(async () =>
        {
            string[] plan = [Plans.Short, "--rounds", "60", "--seed", "31"];
            var calm = _cluster.ModelOfOneProcessAsync(plan);
            var run = await _cluster.BeginAsync(plan);

            await _cluster.RoundsAsync(run, 2);
            await _cluster.AddAsync("node4");
            await _cluster.NodesAsync("node1", "node2", "node3", "node4");
            await _cluster.RemoveAsync("node1");
            await _cluster.NodesAsync("node2", "node3", "node4");
            await _cluster.DrainAsync("node4");
            await _cluster.NodesAsync("node2", "node3");
            await _cluster.RoundsAsync(run, 2); // else it would have been over before

            (await _cluster.EndAsync(run)).ShouldBe(await calm);
            (await _cluster.RoundsOfAsync(run)).ShouldAllBe(round => round.Missing.Count == 0);
        });
}
