namespace Cohort.Specs;

/// <summary>docs/cluster.md: however the work is spread and whoever is lost, the same students give the same bits.</summary>
public sealed class SamenessSpecs : IAsyncLifetime
{
    private Cluster _cluster = null!;

    public async Task InitializeAsync() => _cluster = await Cluster.StartAsync(nodes: 3);

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task Three_nodes_make_the_model_of_one_process_bit_for_bit()
    {
        string[] plan = ["plans/quick.json", "--rounds", "10", "--seed", "3"];

        (await _cluster.TrainAsync(plan)).ShouldBe(await _cluster.ModelOfOneProcessAsync(plan));
    }

    [Fact]
    public async Task A_node_that_is_killed_in_the_middle_of_a_run_changes_no_bit_of_the_model()
    {
        string[] plan = ["plans/quick.json", "--rounds", "60", "--seed", "4"];

        var training = _cluster.TrainAsync(plan);
        await _cluster.RoundsAsync(3);
        training.IsCompleted.ShouldBeFalse();
        await _cluster.KillAsync("node2");

        (await training).ShouldBe(await _cluster.ModelOfOneProcessAsync(plan));
    }
}
