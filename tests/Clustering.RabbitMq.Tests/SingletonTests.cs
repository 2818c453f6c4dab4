namespace Cohort.Clustering.RabbitMq.Tests;

public sealed class SingletonTests(SharedBroker shared) : IClassFixture<SharedBroker>, IAsyncLifetime
{
    private readonly Party _party = new(shared.Broker);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _party.DisposeAsync();

    [Fact]
    public async Task One_of_all_who_offer_it_runs_and_when_it_leaves_another_does_with_what_waits()
    {
        var node = await _party.JoinAsync();
        var first = await OfferAsync("leaving");
        await Eventually.Is(() => first.Cluster.Runs("leaving"));
        var second = await OfferAsync("leaving");
        await Task.Delay(300);
        second.Cluster.Runs("leaving").ShouldBeFalse();
        (await AskAsync(node, "leaving")).ShouldStartWith(first.Cluster.Self.Name);

        await first.DisposeAsync();
        (await AskAsync(node, "leaving")).ShouldStartWith(second.Cluster.Self.Name);
        second.Cluster.Runs("leaving").ShouldBeTrue();
    }

    [Fact]
    public async Task It_starts_without_a_message_when_the_one_that_ran_it_has_lost_its_connection()
    {
        var first = await OfferAsync("cut");
        await Eventually.Is(() => first.Cluster.Runs("cut"));
        var second = await OfferAsync("cut");

        var clock = System.Diagnostics.Stopwatch.StartNew();
        await CutAsync(first);
        await Eventually.Is(() => second.Cluster.Runs("cut"), seconds: 5);
        await Eventually.Is(() => !first.Cluster.Runs("cut"), seconds: 5);
        (clock.Elapsed < TimeSpan.FromSeconds(5)).ShouldBeTrue();
        await Eventually.Is(() => first.Cluster.IsConnected && !first.Cluster.Runs("cut"));
    }

    private static async Task<string> AskAsync(Guest guest, string name)
        => (await guest.Cluster.Singleton(name).Ask<FetchModel>(new FetchModel { Run = "?" }, TimeSpan.FromSeconds(15))).Run;

    private async Task CutAsync(Guest guest)
    {
        var connections = await shared.Broker.ControlAsync("list_connections", "pid", "client_properties");
        var line = connections.Split('\n').Single(l => l.Contains($" {guest.Cluster.Self.Name}\"", StringComparison.Ordinal));
        await shared.Broker.ControlAsync("close_connection", line.Split('\t')[0], "cut by a test");
    }

    private async Task<Guest> OfferAsync(string singleton)
    {
        var seed = await _party.JoinAsync(role: MemberRole.Seed);
        var name = seed.Cluster.Self.Name;
        seed.Cluster.StartSingleton(singleton, Props.Create(() => new Echo(name + ":")));
        return seed;
    }
}
