using System.Globalization;

namespace Cohort.Clustering.RabbitMq.Tests;

public sealed class RegionTests(SharedBroker shared) : IClassFixture<SharedBroker>, IAsyncLifetime
{
    private readonly Party _party = new(shared.Broker);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _party.DisposeAsync();

    [Fact]
    public async Task Entities_spread_over_members_by_their_slots_and_move_when_members_come_and_go()
    {
        var seed = await _party.JoinAsync();
        var (small, large) = (await HostAsync("spread", slots: 1), await HostAsync("spread", slots: 3));
        var shares = await AskAllAsync(seed, "spread", 400);
        shares.Keys.ShouldBe([small.Cluster.Self.Name, large.Cluster.Self.Name], ignoreOrder: true);
        shares[large.Cluster.Self.Name].ShouldBeGreaterThan(shares[small.Cluster.Self.Name]);

        var third = await HostAsync("spread", slots: 3);
        (await AskAllAsync(seed, "spread", 400)).ContainsKey(third.Name).ShouldBeTrue();

        await large.DisposeAsync();
        await Eventually.Is(() => !seed.Cluster.Members.Any(large.Is));
        (await AskAllAsync(seed, "spread", 400)).Keys.ShouldBe(
            [small.Cluster.Self.Name, third.Cluster.Self.Name], ignoreOrder: true);
    }

    [Fact]
    public async Task A_drained_member_finishes_what_it_holds_and_gets_nothing_new()
    {
        var seed = await _party.JoinAsync();
        var (leaving, staying) = (await HostAsync("drained"), await HostAsync("drained"));
        (await AskAllAsync(seed, "drained", 100)).Count.ShouldBe(2);

        await _party.AllSeeEachOtherAsync();
        await leaving.Cluster.DrainAsync(new CancellationTokenSource(TimeSpan.FromSeconds(20)).Token);

        (await AskAllAsync(seed, "drained", 100)).Keys.ShouldBe([staying.Cluster.Self.Name]);
        await Eventually.Is(() => leaving.SeenBy(seed) is { Draining: true });

        // Nor when it has connected anew, and declared its queue again.
        await _party.CutAsync(leaving);
        await Eventually.Is(() => leaving.Cluster.IsConnected && leaving.SeenBy(seed) is { Draining: true, Incarnation: var life }
            && life.EndsWith(".2", StringComparison.Ordinal));
        (await AskAllAsync(seed, "drained", 100)).Keys.ShouldBe([staying.Cluster.Self.Name]);
    }

    [Fact]
    public async Task A_member_is_not_drained_before_what_it_holds_is_confirmed()
    {
        var node = await _party.JoinAsync();
        var held = node.Listen();
        node.Cluster.StartRegion("finishing", _ => Props.Create(() => new Slow(held.Ref)), confirms: true);
        node.Cluster.Region("finishing").Tell(Envelope(1), ActorRefs.NoSender);
        await held.HasAsync(1);

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var drained = node.Cluster.DrainAsync(patience.Token);
        await Task.Delay(500);
        drained.IsCompleted.ShouldBeFalse();
        held.LastSender.Tell("confirm", ActorRefs.NoSender);
        await drained;
    }

    [Fact]
    public async Task Prefetch_bounds_what_a_member_holds_until_it_is_confirmed()
    {
        var (seed, node) = (await _party.JoinAsync(), await _party.JoinAsync());
        var held = node.Listen();
        node.Cluster.StartRegion("bounded", _ => Props.Create(() => new Slow(held.Ref)), confirms: true);
        await Task.Delay(500);
        for (var i = 0; i < 50; i++)
        {
            seed.Cluster.Region("bounded").Tell(Envelope(i), ActorRefs.NoSender);
        }

        var most = (2 * node.Cluster.Self.Slots) + 2;
        await held.HasAsync(most);
        await Task.Delay(300);
        held.Messages.Count.ShouldBe(most);

        held.LastSender.Tell("confirm", ActorRefs.NoSender);
        await held.HasAsync(most + 1);
        await Task.Delay(200);
        held.Messages.Count.ShouldBe(most + 1);
    }

    [Fact]
    public async Task What_a_member_held_of_a_queue_that_is_gone_does_not_keep_it_from_being_drained()
    {
        var node = await _party.JoinAsync();
        var held = node.Listen();
        node.Cluster.StartRegion("forgotten", _ => Props.Create(() => new Slow(held.Ref)), confirms: true);
        node.Cluster.Region("forgotten").Tell(Envelope(1), ActorRefs.NoSender);
        await held.HasAsync(1);
        await _party.CutAsync(node);
        await Eventually.Is(() => node.Cluster.IsConnected && node.Cluster.Self.Incarnation.EndsWith(".2", StringComparison.Ordinal));

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await node.Cluster.DrainAsync(patience.Token);
    }

    private static ShardingEnvelope Envelope(int id)
        => new(id.ToString(CultureInfo.InvariantCulture), new FetchModel { Run = id.ToString(CultureInfo.InvariantCulture) });

    private static async Task<Dictionary<string, int>> AskAllAsync(Guest guest, string kind, int entities)
    {
        var region = guest.Cluster.Region(kind);
        var answers = await Task.WhenAll(
            Enumerable.Range(0, entities).Select(id => region.Ask<FetchModel>(Envelope(id), TimeSpan.FromSeconds(15))));
        return answers.GroupBy(answer => answer.Run.Split(':')[0], StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.Count(), StringComparer.Ordinal);
    }

    private async Task<Guest> HostAsync(string kind, int slots = 1)
    {
        var node = await _party.JoinAsync(slots: slots);
        var name = node.Cluster.Self.Name;
        node.Cluster.StartRegion(kind, _ => Props.Create(() => new Echo(name + ":")));
        await node.Cluster.Region(kind).Ask<FetchModel>(Envelope(0), TimeSpan.FromSeconds(15)); // declared, since it waits for that
        return node;
    }

    private sealed class Slow : ReceiveActor
    {
        public Slow(IActorRef told)
        {
            object? last = null;
            Receive<FetchModel>(wish =>
            {
                last = wish;
                told.Tell(wish, Self);
            });
            Receive<string>(_ => Context.Parent.Tell(new Confirmed(last!)));
        }
    }
}
