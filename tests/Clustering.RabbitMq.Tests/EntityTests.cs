namespace Cohort.Clustering.RabbitMq.Tests;

/// <summary>docs/cluster.md, Resident students: an entity that lives in one place, and nowhere else.</summary>
public sealed class EntityTests(SharedBroker shared) : IClassFixture<SharedBroker>, IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly Party _party = new(shared.Broker);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _party.DisposeAsync();

    [Fact]
    public async Task An_entity_is_reached_where_it_lives_and_what_is_for_one_that_is_nowhere_is_a_dead_letter_at_once()
    {
        var (leader, first, second) = (await _party.JoinAsync(), await _party.JoinAsync(role: MemberRole.Device), await _party.JoinAsync());
        await first.Cluster.StartEntity("one-place", "anna", Props.Create(() => new Echo("first:")));
        await second.Cluster.StartEntity("one-place", "ben", Props.Create(() => new Echo("second:")));
        var undelivered = leader.ListenTo<DeadLetter>();

        (await Ask(leader, "anna")).Run.ShouldBe("first:hello");
        (await Ask(leader, "ben")).Run.ShouldBe("second:hello");
        var lost = new FetchModel { Run = "for nobody" };
        leader.Cluster.Entities("one-place").Tell(new ShardingEnvelope("cleo", lost), ActorRefs.NoSender);

        (await undelivered.GetsAsync<DeadLetter>()).Message.ShouldBe(lost);
        await Eventually.Is(() => leader.Cluster.Members.Any(member => first.Is(member) && member.Role is MemberRole.Device));
    }

    [Fact]
    public async Task A_second_claim_is_refused_and_granted_once_the_first_has_left()
    {
        static RabbitOptions Impatient(RabbitOptions options) => options with { ClaimPatience = TimeSpan.FromSeconds(1) };
        var (first, second) = (await _party.JoinAsync(), await _party.JoinAsync(change: Impatient));
        await first.Cluster.StartEntity("claimed", "anna", Props.Create(() => new Echo("first:")));

        (await Should.ThrowAsync<EntityTakenException>(() => second.Cluster.StartEntity("claimed", "anna", Props.Create(() => new Echo("second:")))))
            .Taken.ShouldBe(new EntityTaken("claimed", "anna"));
        (await Ask(second, "anna", "claimed")).Run.ShouldBe("first:hello"); // nor has the attempt harmed the first, or its own connection

        var third = await _party.JoinAsync();
        var waiting = third.Cluster.StartEntity("claimed", "anna", Props.Create(() => new Echo("third:")));
        await first.DisposeAsync(); // a predecessor that is not quite gone yet
        await waiting.WaitAsync(Patience);
        (await Ask(second, "anna", "claimed")).Run.ShouldBe("third:hello");
    }

    [Fact]
    public async Task Who_has_lost_its_connection_has_its_entity_again_unless_another_has_it_now()
    {
        static RabbitOptions Impatient(RabbitOptions options) => options with { ClaimPatience = TimeSpan.FromSeconds(2) };
        var (asker, first) = (await _party.JoinAsync(), await _party.JoinAsync(change: Impatient));
        var taken = first.ListenTo<EntityTaken>();
        await first.Cluster.StartEntity("regained", "anna", Props.Create(() => new Echo("first:")));
        await _party.CutAsync(first);
        await Eventually.Is(() => first.Cluster.IsConnected && first.Cluster.Self.Incarnation.EndsWith(".2", StringComparison.Ordinal));
        (await Ask(asker, "anna", "regained")).Run.ShouldBe("first:hello");

        var second = await _party.JoinAsync(change: options => options with { ClaimPatience = TimeSpan.FromSeconds(60) });
        var waiting = second.Cluster.StartEntity("regained", "anna", Props.Create(() => new Echo("second:")));
        while (!waiting.IsCompleted)
        {
            await Eventually.Is(() => first.Cluster.IsConnected);
            await _party.CutAsync(first); // whichever of them is quicker has it
            await Task.WhenAny(waiting, Task.Delay(TimeSpan.FromSeconds(1)));
        }

        await waiting;
        (await taken.GetsAsync<EntityTaken>()).ShouldBe(new EntityTaken("regained", "anna"));
        (await Ask(asker, "anna", "regained")).Run.ShouldBe("second:hello");
    }

    private static Task<FetchModel> Ask(Guest guest, string id, string kind = "one-place")
        => guest.Cluster.Entities(kind).Ask<FetchModel>(new ShardingEnvelope(id, new FetchModel { Run = "hello" }), Patience);
}
