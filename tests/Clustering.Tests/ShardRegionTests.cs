namespace Cohort.Clustering.Tests;

public class ShardRegionTests : TestKit
{
    [Fact]
    public void Messages_of_one_entity_reach_one_actor_and_other_entities_have_their_own()
    {
        var region = Sys.ActorOf(Props.Create(() => new ShardRegion(id => Props.Create(() => new Counter(id)), ActorRefs.Nobody)));

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
        var region = Sys.ActorOf(Props.Create(() => new ShardRegion(id => Props.Create(() => new Counter(id)), ActorRefs.Nobody)));
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
        var region = Sys.ActorOf(Props.Create(() => new ShardRegion(id => Props.Create(() => new Counter(id)), ActorRefs.Nobody)));
        for (var i = 0; i < messages; i++)
        {
            region.Tell(new ShardingEnvelope("a", i % 7 == 0 ? "leave quietly" : "answer"), TestActor);
        }

        var expected = Enumerable.Range(0, messages).Count(i => i % 7 != 0);
        ReceiveN(expected, TimeSpan.FromSeconds(20)).ShouldAllBe(answer => answer.Equals("here"));
        ExpectNoMsg(TimeSpan.FromMilliseconds(100));
    }

    [Fact]
    public void An_id_may_hold_any_character()
    {
        var region = Sys.ActorOf(Props.Create(() => new ShardRegion(id => Props.Create(() => new Counter(id)), ActorRefs.Nobody)));
        region.Tell(new ShardingEnvelope("run 1/$group ä", "count"), TestActor);
        ExpectMsg("run 1/$group ä:1");
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
