namespace Cohort.Actors.Tests;

public class LifecycleTests : TestKit
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(200);

    [Fact]
    public void Actors_without_a_name_are_called_a_b_and_so_on()
    {
        var parent = ActorOf<Host>("parent");
        Child(parent, null).Path.Name.ShouldBe("$a");
        Child(parent, null).Path.Name.ShouldBe("$b");
        Child(parent, "named").Path.ToString().ShouldBe($"akka://{Sys.Name}/user/parent/named");
    }

    [Theory]
    [InlineData("$x")]
    [InlineData("with space")]
    [InlineData("a/b")]
    [InlineData("")]
    public void Illegal_names_are_refused(string name) =>
        Should.Throw<InvalidActorNameException>(() => Sys.ActorOf(Props.Create(() => new Host()), name));

    [Fact]
    public void A_name_is_taken_until_its_actor_has_stopped()
    {
        var first = ActorOf<Host>("unique");
        Should.Throw<InvalidActorNameException>(() => ActorOf<Host>("unique"));
        Watch(first);
        Sys.Stop(first);
        ExpectTerminated(first);
        AwaitAssert(() => ActorOf<Host>("unique").ShouldNotBe(first), TimeSpan.FromSeconds(5), TimeSpan.FromMilliseconds(20));
    }

    [Fact]
    public void The_death_of_a_watched_stranger_with_a_child_s_name_takes_no_child()
    {
        var stranger = ActorOf<Host>("twin");
        var parent = ActorOf<Host>("parent");
        var child = Child(parent, "twin");
        parent.Tell(new WatchFor(stranger));
        ExpectMsg("watching");
        Sys.Stop(stranger);
        ExpectMsg<IActorRef>().ShouldBe(stranger);
        parent.Tell(new FindChild("twin"));
        ExpectMsg<IActorRef>().ShouldBe(child);
    }

    [Fact]
    public void Actors_are_not_made_by_new() =>
        // By reflection: Akka.NET brings an analyzer that refuses the word itself.
        RunElsewhere(() => Should.Throw<Exception>(() => Activator.CreateInstance(typeof(Host))));

    [Fact]
    public void PoisonPill_stops_after_what_came_before()
    {
        var host = ActorOf<Host>();
        Watch(host);
        host.Tell("one");
        host.Tell(PoisonPill.Instance);
        host.Tell("two");
        ExpectMsg("one");
        ExpectTerminated(host);
    }

    [Fact]
    public void Stopping_an_actor_stops_it_after_the_message_it_handles()
    {
        var host = ActorOf<Host>();
        Watch(host);
        host.Tell(new StopYourself());
        host.Tell("not any more");
        ExpectMsg("stopping");
        ExpectTerminated(host);
        ExpectNoMsg(Soon);
    }

    [Fact]
    public void Children_are_stopped_before_their_parent()
    {
        var eldest = ActorOf(() => new Generation(3, TestActor));
        ExpectMsg("grown up");
        Sys.Stop(eldest);
        ExpectMsg(1);
        ExpectMsg(2);
        ExpectMsg(3);
    }

    [Fact]
    public void Watching_a_dead_actor_tells_at_once()
    {
        var host = ActorOf<Host>();
        Watch(host);
        Sys.Stop(host);
        ExpectTerminated(host);
        var late = CreateTestProbe();
        late.Watch(host);
        late.ExpectTerminated(host);
    }

    [Fact]
    public void WatchWith_tells_the_message_of_ones_choice()
    {
        var watched = ActorOf<Host>();
        ActorOf(() => new WatcherWith(watched, TestActor));
        ExpectMsg("watching");
        Sys.Stop(watched);
        ExpectMsg("it is gone");
    }

    [Fact]
    public void Who_does_not_watch_any_more_is_not_told()
    {
        var host = ActorOf<Host>();
        Watch(host);
        Unwatch(host);
        var other = CreateTestProbe();
        other.Watch(host);
        Sys.Stop(host);
        other.ExpectTerminated(host);
        ExpectNoMsg(Soon);
    }

    [Fact]
    public void Terminated_comes_after_what_the_dead_actor_sent()
    {
        var talker = ActorOf(() => new LastWords(TestActor));
        Watch(talker);
        talker.Tell("die");
        for (var n = 0; n < 100; n++) ExpectMsg(n);
        ExpectTerminated(talker);
    }

    [Fact]
    public void Not_handling_Terminated_breaks_the_pact_and_stops_the_watcher()
    {
        var watched = ActorOf<Host>();
        var watcher = ActorOf(() => new PactBreaker(watched));
        Watch(watcher);
        watcher.Tell("are you watching?");
        ExpectMsg("yes");
        Sys.Stop(watched);
        ExpectTerminated(watcher);
    }

    [Fact]
    public void Many_children_are_stopped_with_their_parent()
    {
        var parent = ActorOf<Host>();
        for (var i = 0; i < 2_000; i++) parent.Tell(new MakeChild(null));
        ReceiveN(2_000, TimeSpan.FromSeconds(30));
        Watch(parent);
        Sys.Stop(parent);
        ExpectTerminated(parent, TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task A_terminated_system_says_so_and_takes_no_more_actors()
    {
        var system = ActorSystem.Create("short-lived");
        var host = system.ActorOf(Props.Create(() => new Host()));
        await system.Terminate();
        system.WhenTerminated.IsCompleted.ShouldBeTrue();
        host.Tell("into the void");
        Should.Throw<InvalidOperationException>(() => system.ActorOf(Props.Create(() => new Host())));
    }

    [Fact]
    public async Task GracefulStop_is_done_when_the_actor_is()
    {
        var host = ActorOf<Host>();
        (await host.GracefulStop(TimeSpan.FromSeconds(5))).ShouldBeTrue();
        Watch(host);
        ExpectTerminated(host);
    }

    [Fact]
    public void Known_children_are_found_and_unknown_ones_are_nobody()
    {
        var parent = ActorOf<Host>();
        var child = Child(parent, "known");
        parent.Tell(new FindChild("known"));
        ExpectMsg<IActorRef>().ShouldBe(child);
        parent.Tell(new FindChild("unknown"));
        ExpectMsg<IActorRef>().IsNobody().ShouldBeTrue();
    }

    private static void RunElsewhere(Action action)
    {
        var thread = new Thread(() => action());
        thread.Start();
        thread.Join();
    }

    private IActorRef Child(IActorRef parent, string? name)
    {
        parent.Tell(new MakeChild(name));
        return ExpectMsg<IActorRef>();
    }

    private sealed record MakeChild(string? Name);

    private sealed record WatchFor(IActorRef Stranger);

    private sealed record FindChild(string Name);

    private sealed record StopYourself;

    private sealed class Host : ReceiveActor
    {
        public Host()
        {
            Receive<MakeChild>(make => Sender.Tell(Context.ActorOf(Props.Create(() => new Host()), make.Name)));
            Receive<FindChild>(find => Sender.Tell(Context.Child(find.Name)));
            Receive<WatchFor>(watch =>
            {
                var watcher = Sender;
                Context.Watch(watch.Stranger);
                Become(() =>
                {
                    Receive<Terminated>(gone => watcher.Tell(gone.ActorRef));
                    Receive<FindChild>(find => Sender.Tell(Context.Child(find.Name)));
                });
                Sender.Tell("watching");
            });
            Receive<StopYourself>(_ =>
            {
                Context.Stop(Self);
                Sender.Tell("stopping");
            });
            Receive<string>(text => Sender.Tell(text));
        }
    }

    private sealed class Generation : ReceiveActor
    {
        private readonly int _older;
        private readonly IActorRef _report;

        public Generation(int older, IActorRef report)
        {
            _older = older;
            _report = report;
            if (older == 1) report.Tell("grown up");
            else Context.ActorOf(Props.Create(() => new Generation(older - 1, report)));
        }

        protected override void PostStop() => _report.Tell(_older);
    }

    private sealed class WatcherWith : ReceiveActor
    {
        public WatcherWith(IActorRef watched, IActorRef report)
        {
            Context.WatchWith(watched, "it is gone");
            Receive<string>(text => report.Tell(text));
            report.Tell("watching");
        }
    }

    private sealed class LastWords : ReceiveActor
    {
        public LastWords(IActorRef target) => Receive<string>(_ =>
        {
            for (var n = 0; n < 100; n++) target.Tell(n);
            Context.Stop(Self);
        });
    }

    private sealed class PactBreaker : ReceiveActor
    {
        public PactBreaker(IActorRef watched)
        {
            Context.Watch(watched);
            Receive<string>(_ => Sender.Tell("yes"));
        }
    }
}
