namespace Cohort.Clustering.Tests;

public class LocalClusterTests : TestKit
{
    private readonly LocalCluster _cluster;

    public LocalClusterTests() => _cluster = new LocalCluster(Sys, new Member("here", Slots: 3));

    [Fact]
    public void The_only_member_is_this_process()
    {
        _cluster.Members.ShouldBe([_cluster.Self]);
        _cluster.Self.Slots.ShouldBe(3);
    }

    [Fact]
    public void A_singleton_is_one_actor_for_everybody_who_asks()
    {
        var started = _cluster.StartSingleton("echo", Props.Create(() => new Echo()));

        _cluster.Singleton("echo").ShouldBe(started);
        _cluster.Singleton("echo").Tell("hello", TestActor);
        ExpectMsg("hello");
    }

    [Fact]
    public void A_second_singleton_of_a_name_is_refused()
    {
        _cluster.StartSingleton("echo", Props.Create(() => new Echo()));
        Should.Throw<InvalidOperationException>(() => _cluster.StartSingleton("echo", Props.Create(() => new Echo())))
            .Message.ShouldContain("'echo'");
    }

    [Fact]
    public void Asking_for_what_nobody_started_says_what_to_start()
    {
        Should.Throw<InvalidOperationException>(() => _cluster.Singleton("coordinator")).Message.ShouldContain("'coordinator'");
        Should.Throw<InvalidOperationException>(() => _cluster.Region("students")).Message.ShouldContain("'students'");
    }

    [Fact]
    public void A_region_reaches_the_entity_named_in_the_envelope()
    {
        _cluster.StartRegion("echoes", _ => Props.Create(() => new Echo()));
        _cluster.Region("echoes").Tell(new ShardingEnvelope("7", "hello"), TestActor);
        ExpectMsg("hello");
    }

    [Fact]
    public async Task An_entity_that_lives_in_one_place_is_reached_by_its_id_and_what_is_for_another_is_a_dead_letter_at_once()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(DeadLetter));
        await _cluster.StartEntity("residents", "anna", Props.Create(() => new Echo()));

        _cluster.Entities("residents").Tell(new ShardingEnvelope("anna", "hello"), TestActor);
        ExpectMsg("hello");
        _cluster.Entities("residents").Tell(new ShardingEnvelope("ben", "are you there"), TestActor);
        ExpectMsg<DeadLetter>().Message.ShouldBe("are you there");
        _cluster.Entities("nobody").Tell(new ShardingEnvelope("anna", "or here"), TestActor);
        ExpectMsg<DeadLetter>().Message.ShouldBe("or here");
    }

    [Fact]
    public async Task An_entity_lives_in_one_place_only()
    {
        await _cluster.StartEntity("residents", "anna", Props.Create(() => new Echo()));

        (await Should.ThrowAsync<EntityTakenException>(() => _cluster.StartEntity("residents", "anna", Props.Create(() => new Echo()))))
            .Message.ShouldBe("'anna' of residents lives in another process of the cluster, and can be in one only; end it there first.");
    }

    [Fact]
    public void What_is_published_reaches_every_subscriber_in_order_and_nobody_else()
    {
        var (first, second, other) = (CreateTestProbe(), CreateTestProbe(), CreateTestProbe());
        _cluster.Subscribe("news", first.Ref);
        _cluster.Subscribe("news", second.Ref);
        _cluster.Subscribe("weather", other.Ref);

        _cluster.Publish("news", "one");
        _cluster.Publish("news", "two");

        first.ExpectMsg("one");
        first.ExpectMsg("two");
        second.ExpectMsg("one");
        second.ExpectMsg("two");
        other.ExpectNoMsg(TimeSpan.FromMilliseconds(100));
    }

    [Fact]
    public void Who_subscribes_twice_is_told_once()
    {
        _cluster.Subscribe("news", TestActor);
        _cluster.Subscribe("news", TestActor);
        _cluster.Publish("news", "one");
        ExpectMsg("one");
        ExpectNoMsg(TimeSpan.FromMilliseconds(100));
    }

    private sealed class Echo : ReceiveActor
    {
        public Echo() => ReceiveAny(message => Sender.Tell(message));
    }
}
