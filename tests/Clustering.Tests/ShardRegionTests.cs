namespace Cohort.Clustering.Tests;

public class ShardRegionTests : TestKit
{
    [Fact]
    public void Messages_of_one_entity_reach_one_actor_and_other_entities_have_their_own()
    {
        var region = RegionOfCounters();

        region.Tell(new ShardingEnvelope("a", "count"), TestActor);
        ExpectMsg("a:1");
        region.Tell(new ShardingEnvelope("a", "count"), TestActor);
        ExpectMsg("a:2");
        region.Tell(new ShardingEnvelope("b", "count"), TestActor);
        ExpectMsg("b:1");
    }

    [Fact]
    public void An_entity_that_passivates_starts_anew_with_its_next_message()
    {
        var region = RegionOfCounters();
        region.Tell(new ShardingEnvelope("a", "count"), TestActor);
        ExpectMsg("a:1");
        region.Tell(new ShardingEnvelope("a", "leave"), TestActor);
        ExpectMsg("a left");

        AwaitAssert(() =>
        {
            region.Tell(new ShardingEnvelope("a", "count"), TestActor);
            ExpectMsg("a:1");
        });
    }

    [Fact]
    public void No_message_is_lost_while_an_entity_leaves()
    {
        const int messages = 2000;
        var region = RegionOfCounters();
        for (var i = 0; i < messages; i++)
        {
            region.Tell(new ShardingEnvelope("a", i % 7 == 0 ? "leave quietly" : "answer"), TestActor);
        }

        var expected = Enumerable.Range(0, messages).Count(i => i % 7 != 0);
        ReceiveN(expected, TimeSpan.FromSeconds(20)).ShouldAllBe(answer => answer.Equals("here"));
        ExpectNoMsg(TimeSpan.FromMilliseconds(100));
    }

    [Fact]
    public void What_an_entity_confirms_is_told_to_whoever_the_region_was_given()
    {
        var confirmations = CreateTestProbe();
        var told = confirmations.Ref;
        var region = Sys.ActorOf(Props.Create(() => new ShardRegion(_ => Props.Create(() => new Confirmer()), told)));

        region.Tell(new ShardingEnvelope("a", "done"));

        confirmations.ExpectMsg<Confirmed>().Message.ShouldBe("done");
    }

    [Fact]
    public void An_id_may_hold_any_character()
    {
        var region = RegionOfCounters();
        region.Tell(new ShardingEnvelope("run 1/$group ä", "count"), TestActor);
        ExpectMsg("run 1/$group ä:1");
    }

    private IActorRef RegionOfCounters()
        => Sys.ActorOf(Props.Create(() => new ShardRegion(id => Props.Create(() => new Counter(id)), ActorRefs.Nobody)));

    private sealed class Confirmer : ReceiveActor
    {
        public Confirmer() => Receive<string>(text => Context.Parent.Tell(new Confirmed(text)));
    }

    private sealed class Counter : ReceiveActor
    {
        private int _count;

        public Counter(string id)
        {
            Receive<string>(word =>
            {
                switch (word)
                {
                    case "count":
                        Sender.Tell($"{id}:{++_count}");
                        break;
                    case "answer":
                        Sender.Tell("here");
                        break;
                    default:
                        Context.Parent.Tell(new Passivate(PoisonPill.Instance));
                        if (string.Equals(word, "leave", StringComparison.Ordinal))
                        {
                            Sender.Tell($"{id} left");
                        }

                        break;
                }
            });
        }
    }
}
