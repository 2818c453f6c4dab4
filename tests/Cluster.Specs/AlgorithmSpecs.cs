using System.Globalization;

namespace Cohort.Specs;

/// <summary>docs/algorithms.md: what is chosen changes the model, and where it is computed does not.</summary>
[Collection(nameof(ThreeNodes))]
public sealed class AlgorithmSpecs(ThreeNodes three)
{
    private readonly Cluster _cluster = three.Cluster;

    [Fact]
    public Task Single_updates_that_were_lost_with_a_node_are_asked_again_and_no_bit_changes()
        => _cluster.SpecAsync(async () =>
        {
            string[] plan = [Plans.Robust, "--rounds", "12", "--seed", "71"];
            var calm = _cluster.ModelOfOneProcessAsync(plan);
            var run = await _cluster.BeginAsync(plan);

            await _cluster.RoundsAsync(run, 3);
            await _cluster.KillInMidRoundAsync(run, "node2");

            (await _cluster.EndAsync(run)).ShouldBe(await calm);
            await _cluster.ReplayAsync(run, 6); // from the model before it, and what the server remembered beside that
        });

    [Fact]
    public Task A_seed_that_follows_another_has_what_the_server_remembered()
        => _cluster.SpecAsync(async () =>
        {
            string[] plan = [Plans.Robust, "--rounds", "12", "--seed", "72"];
            var calm = _cluster.ModelOfOneProcessAsync(plan);
            var run = await _cluster.BeginAsync(plan);

            await _cluster.RoundsAsync(run, 3);
            await _cluster.KillAsync(await _cluster.LeadingSeedAsync());

            (await _cluster.EndAsync(run)).ShouldBe(await calm);
        });

    [Theory]
    [InlineData(Plans.Remembering, 73)]
    [InlineData(Plans.Scaffold, 74)]
    public Task What_students_remember_follows_them_to_another_node_and_to_another_seed(string named, int seed)
        => _cluster.SpecAsync(async () =>
        {
            string[] plan = [named, "--rounds", "14", "--seed", seed.ToString(CultureInfo.InvariantCulture)];
            var calm = _cluster.ModelOfOneProcessAsync(plan);
            var run = await _cluster.BeginAsync(plan);

            await _cluster.RoundsAsync(run, 3);
            await _cluster.KillInMidRoundAsync(run, "node2");
            await _cluster.RoundsAsync(run, 3);
            await _cluster.KillAsync(await _cluster.LeadingSeedAsync());

            (await _cluster.EndAsync(run)).ShouldBe(await calm);
            await _cluster.ReplayAsync(run, 12);
        });
}
