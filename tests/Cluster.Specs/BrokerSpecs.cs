namespace Cohort.Specs;

/// <summary>docs/cluster.md, A member leaves: everybody reconnects, and what was under way is asked again.</summary>
[Collection(nameof(ThreeNodes))]
public sealed class BrokerSpecs(ThreeNodes three)
{
    private readonly Cluster _cluster = three.Cluster;

    [Fact]
    public Task A_broker_that_restarts_in_mid_round_changes_no_bit()
        => _cluster.SpecAsync(async () =>
        {
            string[] plan = [Plans.Short, "--rounds", "12", "--seed", "21"];
            var calm = _cluster.ModelOfOneProcessAsync(plan);
            var run = await _cluster.BeginAsync(plan);

            await _cluster.RoundsAsync(run, 3);
            await _cluster.RestartBrokerAsync();

            (await _cluster.EndAsync(run)).ShouldBe(await calm);
        });

    [Fact]
    public Task A_broker_that_is_killed_and_started_again_changes_no_bit()
        => _cluster.SpecAsync(async () =>
        {
            string[] plan = [Plans.Short, "--rounds", "12", "--seed", "22"];
            var calm = _cluster.ModelOfOneProcessAsync(plan);
            var run = await _cluster.BeginAsync(plan);

            await _cluster.RoundsAsync(run, 3);
            await _cluster.KillAsync("broker");
            await _cluster.StartBrokerAsync();

            (await _cluster.EndAsync(run)).ShouldBe(await calm);
        });

    [Theory]
    [InlineData("node1")]
    [InlineData("seed1")]
    public Task A_connection_that_is_cut_in_mid_round_changes_no_bit(string member)
        => _cluster.SpecAsync(async () =>
        {
            string[] plan = [Plans.Short, "--rounds", "15", "--seed", "23"];
            var calm = _cluster.ModelOfOneProcessAsync(plan);
            var run = await _cluster.BeginAsync(plan);

            await _cluster.RoundsAsync(run, 3);
            await _cluster.CutConnectionAsync(member);
            await _cluster.RoundsAsync(run, 6);
            await _cluster.CutConnectionAsync(member);

            (await _cluster.EndAsync(run)).ShouldBe(await calm);
        });
}
