using System.Globalization;

namespace Cohort.Clustering.RabbitMq.Tests;

public sealed class MessagingTests(SharedBroker shared) : IClassFixture<SharedBroker>, IAsyncLifetime
{
    private readonly Party _party = new(shared.Broker);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _party.DisposeAsync();

    [Fact]
    public async Task An_entity_elsewhere_is_told_asked_and_answers_whoever_sent()
    {
        var (seed, node) = (await _party.JoinAsync(), await _party.JoinAsync());
        node.Cluster.StartRegion("echoes", id => Props.Create(() => new Echo(id + ":")));
        await DeclaredAsync(node, "echoes");
        var region = seed.Cluster.Region("echoes");
        var answers = seed.Listen();

        region.Tell(new ShardingEnvelope("7", Wish("told")), answers.Ref);
        (await answers.GetsAsync<FetchModel>()).Run.ShouldBe("7:told");
        (await region.Ask<FetchModel>(new ShardingEnvelope("8", Wish("asked")), TimeSpan.FromSeconds(10))).Run.ShouldBe("8:asked");
    }

    [Fact]
    public async Task A_sender_from_elsewhere_can_be_kept_and_told_later()
    {
        var (one, two) = (await _party.JoinAsync(), await _party.JoinAsync());
        var (here, there) = (one.Listen(), two.Listen());
        two.Cluster.StartRegion("kept", _ => Props.Create(() => new Forwarder(there.Ref)));
        await DeclaredAsync(two, "kept");

        one.Cluster.Region("kept").Tell(new ShardingEnvelope("x", Wish("first")), here.Ref);
        await there.GetsAsync<FetchModel>();
        var kept = there.LastSender;
        for (var i = 0; i < 1000; i++)
        {
            kept.Tell(Wish(i.ToString(CultureInfo.InvariantCulture)), there.Ref);
        }

        (await here.HasAsync(1000)).Cast<FetchModel>().Select(wish => int.Parse(wish.Run, CultureInfo.InvariantCulture))
            .ShouldBe(Enumerable.Range(0, 1000));
        here.LastSender.Tell(Wish("back"), here.Ref);
        await there.GetsAsync<FetchModel>(wish => wish.Run is "back");
    }

    [Fact]
    public async Task A_reference_into_a_process_stops_when_another_process_has_taken_its_name()
    {
        var (one, two) = (await _party.JoinAsync(), await _party.JoinAsync("returning"));
        await _party.AllSeeEachOtherAsync();
        var there = one.Listen();
        one.Cluster.StartRegion("met", _ => Props.Create(() => new Forwarder(there.Ref)));
        await DeclaredAsync(one, "met");
        two.Cluster.Region("met").Tell(new ShardingEnvelope("x", Wish("first")), two.Listen().Ref);
        await there.GetsAsync<FetchModel>();
        var (kept, stopped) = (there.LastSender, one.Listen());
        one.System.ActorOf(Props.Create(() => new Watcher(kept, stopped.Ref)));

        await two.DisposeAsync();
        await Eventually.Is(() => !one.Cluster.Members.Any(two.Is));
        await _party.JoinAsync("returning");
        (await stopped.GetsAsync<IActorRef>()).ShouldBe(kept);
    }

    [Fact]
    public async Task Who_is_asked_and_fails_fails_the_ask_with_the_reason()
    {
        var (seed, node) = (await _party.JoinAsync(), await _party.JoinAsync());
        node.Cluster.StartRegion("failing", id => Props.Create(() => new Echo(id)));
        await DeclaredAsync(node, "failing");

        var failure = await Should.ThrowAsync<ClusterException>(
            () => seed.Cluster.Region("failing").Ask<FetchModel>(
                new ShardingEnvelope("1", new RunDefinition { Run = "r" }), TimeSpan.FromSeconds(10)));
        failure.Message.ShouldBe("no such data");
    }

    [Fact]
    public async Task A_message_that_no_queue_takes_becomes_a_dead_letter_of_its_sender()
    {
        var one = await _party.JoinAsync();
        var letters = one.ListenTo<DeadLetter>();
        one.Cluster.Region("nobody-hosts-it").Tell(new ShardingEnvelope("1", Wish("lost")), one.Listen().Ref);
        (await letters.GetsAsync<DeadLetter>(letter => letter.Message is FetchModel)).Message.ShouldBe(Wish("lost"));
    }

    [Fact]
    public async Task What_is_no_message_of_the_mission_does_not_leave_and_becomes_a_dead_letter()
    {
        var one = await _party.JoinAsync();
        var letters = one.ListenTo<DeadLetter>();
        one.Cluster.Region("echoes").Tell(new ShardingEnvelope("1", "a string"), one.Listen().Ref);
        (await letters.GetsAsync<DeadLetter>()).Message.ShouldBe("a string");
        _party.Log.ShouldContain(line => line.Contains("System.String cannot leave this process", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_topic_reaches_the_subscribers_of_all_members_in_order()
    {
        var (one, two, three) = (await _party.JoinAsync(), await _party.JoinAsync(), await _party.JoinAsync());
        var inboxes = new[] { one.Listen(), two.Listen(), two.Listen(), three.Listen() };
        one.Cluster.Subscribe("news", inboxes[0].Ref);
        two.Cluster.Subscribe("news", inboxes[1].Ref);
        two.Cluster.Subscribe("news", inboxes[2].Ref);
        three.Cluster.Subscribe("news", inboxes[3].Ref);
        await QueueAsync("cohort.topic.news", 3);

        for (var i = 0; i < 500; i++)
        {
            one.Cluster.Publish("news", Wish(i.ToString(CultureInfo.InvariantCulture)));
        }

        foreach (var inbox in inboxes)
        {
            (await inbox.HasAsync(500)).Cast<FetchModel>().Select(wish => int.Parse(wish.Run, CultureInfo.InvariantCulture))
                .ShouldBe(Enumerable.Range(0, 500));
        }
    }

    [Fact]
    public async Task Two_hundred_megabytes_cross_in_parts_and_arrive_as_they_were()
    {
        var (seed, node) = (await _party.JoinAsync(), await _party.JoinAsync());
        var there = node.Listen();
        node.Cluster.Subscribe("models", there.Ref);
        await QueueAsync("cohort.topic.models", 1);
        var parameters = new float[50_000_000];
        new Random(1).NextBytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes(parameters.AsSpan()));
        var before = GC.GetTotalMemory(forceFullCollection: true);

        seed.Cluster.Publish("models", new ModelVersion { Run = "r", Model = "m", Parameters = Tensors.Wrap(parameters) });
        var model = await there.GetsAsync<ModelVersion>(seconds: 60);

        model.Parameters.Span.SequenceEqual(System.Runtime.InteropServices.MemoryMarshal.AsBytes(parameters.AsSpan())).ShouldBeTrue();
        // The copy that has arrived, the frames in flight, and nothing like a second copy.
        (GC.GetTotalMemory(forceFullCollection: true) - before).ShouldBeLessThan(350L << 20);
    }

    private static FetchModel Wish(string run) => new() { Run = run, Model = "m" };

    private Task DeclaredAsync(Guest host, string kind) => QueueAsync($"cohort.region.{kind}.{host.Cluster.Self.Name}", 1);

    private async Task QueueAsync(string name, int count)
    {
        for (var i = 0; i < 20; i++)
        {
            var queues = await shared.Broker.ControlAsync("list_queues", "-p", "cohort", "name", "consumers");
            if (queues.Split('\n').Count(line => line.StartsWith(name, StringComparison.Ordinal) && line.EndsWith("\t1", StringComparison.Ordinal)) >= count)
            {
                return;
            }
        }

        throw new Xunit.Sdk.XunitException($"Queue {name} was not declared.");
    }

    private sealed class Watcher : ReceiveActor
    {
        public Watcher(IActorRef watched, IActorRef told)
        {
            Context.Watch(watched);
            Receive<Terminated>(end => told.Tell(end.ActorRef));
        }
    }
}
