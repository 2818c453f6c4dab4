namespace Cohort.Specs;

/// <summary>docs/cluster.md: however the work is spread, the same students give the same bits.</summary>
[Collection(nameof(ThreeNodes))]
public sealed class SamenessSpecs(ThreeNodes three)
{
    [Fact]
    public Task Three_nodes_make_the_model_of_one_process_bit_for_bit()
        => three.Cluster.SpecAsync(async () =>
        {
            string[] plan = ["plans/quick.json", "--rounds", "10", "--seed", "3"];

            (await three.Cluster.TrainAsync(plan)).ShouldBe(await three.Cluster.ModelOfOneProcessAsync(plan));
        });
}
