namespace Cohort.Specs;

/// <summary>A broker that is a cluster of three nodes: with one of them lost, its quorum queues go on with two.</summary>
public sealed class BrokerOfThreeSpecs : IAsyncLifetime
{
    private Cluster _cluster = null!;

    public async Task InitializeAsync() => _cluster = await Cluster.StartAsync(nodes: 2, brokers: 3);

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public Task With_any_one_of_the_brokers_three_nodes_lost_a_run_goes_on_and_no_bit_changes()
        => _cluster.SpecAsync(async () =>
        {
            foreach (var broker in (string[])["broker", "broker2", "broker3"])
            {
                string[] plan = [Plans.Short, "--rounds", "12", "--seed", "51"];
                var calm = _cluster.ModelOfOneProcessAsync(plan);
                var run = await _cluster.BeginAsync(plan);

                await _cluster.RoundsAsync(run, 3);
                await _cluster.KillAsync(broker);

                (await _cluster.EndAsync(run)).ShouldBe(await calm, broker);
                await _cluster.StartBrokerAsync();
            }
        });
}
