namespace Cohort.Specs;

/// <summary>A cluster of three nodes and two seeds that stays up from spec to spec; each begins with all of them in.</summary>
[CollectionDefinition(nameof(ThreeNodes))]
public sealed class ThreeNodes : IAsyncLifetime, ICollectionFixture<ThreeNodes>
{
    internal Cluster Cluster { get; private set; } = null!;

    public async Task InitializeAsync() => Cluster = await Cluster.StartAsync(nodes: 3, seeds: 2);

    public async Task DisposeAsync() => await Cluster.DisposeAsync();
}
