using System.Runtime.CompilerServices;

namespace Cohort.Actors.Tests;

public class SupervisionTests : TestKit
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(200);

    [Fact]
    public void By_default_a_failing_actor_is_restarted_and_keeps_its_mailbox()
    {
        var actor = ActorOf(() => new Fragile(TestActor));
        ExpectMsg("started");
        actor.Tell(new Boom());
        actor.Tell("after");
        ExpectMsg("restarting with Boom");
        ExpectMsg("stopped");
        ExpectMsg("restarted");
        ExpectMsg("started");
        ExpectMsg("after of incarnation 2");
    }

    [Fact]
    public void The_message_that_failed_is_not_delivered_again()
    {
        var actor = ActorOf(() => new Fragile(TestActor));
        actor.Tell(new Boom());
        FishForMessage<string>(text => text is "restarted");
        ExpectMsg("started");
        ExpectNoMsg(Soon);
    }

    [Fact]
    public void A_resumed_actor_keeps_its_state()
    {
        var actor = ChildOf(Directive.Resume);
        actor.Tell(new Boom());
        actor.Tell("after");
        ExpectMsg("started");
        ExpectMsg("after of incarnation 1");
    }

    [Fact]
    public void A_stopped_actor_is_gone_and_what_waits_for_it_are_dead_letters()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(DeadLetter));
        var actor = ChildOf(Directive.Stop);
        ExpectMsg("started");
        actor.Tell(new Boom());
        actor.Tell("after");
        ExpectMsg("stopped");
        ExpectMsg<DeadLetter>().Message.ShouldBe("after");
    }

    [Fact]
    public void Escalation_makes_the_parent_fail_of_the_same_cause()
    {
        var probe = CreateTestProbe();
        var grandparent = ParentWith(cause =>
        {
            probe.Ref.Tell(cause.Message, ActorRefs.NoSender);
            return Directive.Stop;
        });
        var parent = Ask<IActorRef>(grandparent, Props.Create(() => new Parent(_ => Directive.Escalate)));
        var child = Ask<IActorRef>(parent, Props.Create(() => new Fragile(TestActor)));
        Watch(parent);
        ExpectMsg("started");
        child.Tell(new Boom());
        probe.ExpectMsg("boom");
        ExpectMsg("stopped");
        ExpectTerminated(parent);
    }

    [Fact]
    public void More_restarts_than_allowed_stop_the_child()
    {
        var parent = ActorOf(() => new Parent(new OneForOneStrategy(2, TimeSpan.FromMinutes(1), _ => Directive.Restart)));
        var child = Ask<IActorRef>(parent, Props.Create(() => new Fragile(TestActor)));
        var watcher = CreateTestProbe();
        watcher.Watch(child);
        for (var i = 0; i < 3; i++) child.Tell(new Boom());
        watcher.ExpectTerminated(child);
        ReceiveN(8).Count(message => message is "restarted").ShouldBe(2);
    }

    [Fact]
    public void Restarting_one_for_all_restarts_its_siblings()
    {
        var parent = ActorOf(() => new Parent(new AllForOneStrategy(_ => Directive.Restart)));
        var first = Ask<IActorRef>(parent, Props.Create(() => new Fragile(TestActor)));
        Ask<IActorRef>(parent, Props.Create(() => new Fragile(TestActor)));
        ExpectMsg("started");
        ExpectMsg("started");
        first.Tell(new Boom());
        var messages = ReceiveN(8);
        messages.Count(message => message is "restarted").ShouldBe(2);
    }

    [Fact]
    public void A_restart_stops_the_children_and_waits_for_them()
    {
        var parent = ActorOf(() => new Parent(_ => Directive.Stop));
        var child = Ask<IActorRef>(parent, Props.Create(() => new Fragile(TestActor)));
        Watch(child);
        ExpectMsg("started");
        parent.Tell(new Boom());
        ExpectMsg("stopped");
        ExpectTerminated(child);
        parent.Tell("still there?");
        ExpectMsg("yes");
    }

    [Fact]
    public void Children_of_a_failing_actor_wait_for_the_judgement()
    {
        var judging = new ManualResetEventSlim();
        var grandparent = ParentWith(_ =>
        {
            judging.Wait(TimeSpan.FromSeconds(10));
            return Directive.Resume;
        });
        var parent = Ask<IActorRef>(grandparent, Props.Create(() => new Parent(_ => Directive.Stop)));
        var child = Ask<IActorRef>(parent, Props.Create(() => new Fragile(TestActor)));
        ExpectMsg("started");
        Sys.EventStream.Subscribe(TestActor, typeof(Warning));
        parent.Tell(new Boom());
        AwaitAssert(() =>
        {
            // The child hears of its suspension only some time after the failure.
            child.Tell("while waiting");
            ExpectNoMsg(Soon);
        });
        judging.Set();
        FishForMessage<string>(text => text is "while waiting of incarnation 1");
    }

    [Fact]
    public void A_constructor_that_throws_lets_ActorOf_return_and_is_the_supervisors_to_judge()
    {
        var judged = CreateTestProbe();
        var parent = ParentWith(cause =>
        {
            judged.Ref.Tell(cause, ActorRefs.NoSender);
            return Directive.Stop;
        });
        var child = Ask<IActorRef>(parent, Props.Create(() => new Stillborn()));
        Watch(child);
        judged.ExpectMsg<ActorInitializationException>().Actor.ShouldBe(child);
        ExpectTerminated(child);
    }

    [Fact]
    public void What_is_logged_of_a_failure_has_its_whole_cause()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(Error));
        var child = ActorOf(() => new Stillborn());
        var error = FishForMessage<Error>(line => line.LogSource.StartsWith(child.Path.ToString(), StringComparison.Ordinal));
        error.Cause.ShouldBeOfType<ActorInitializationException>().GetBaseException().Message.ShouldBe("not today");
    }

    [Fact]
    public void Kill_stops_an_actor_by_default()
    {
        var actor = ActorOf(() => new Fragile(TestActor));
        Watch(actor);
        actor.Tell(Kill.Instance);
        ExpectMsg("started");
        ExpectMsg("stopped");
        ExpectTerminated(actor);
    }

    [Fact]
    public void A_storm_of_failures_loses_no_message()
    {
        const int messages = 20_000;
        var counter = ActorOf(() => new Counter(messages / 2, TestActor));
        var stormy = ActorOf(Props.Create(() => new Stormy(counter)));
        for (var n = 0; n < messages; n++) stormy.Tell(n);
        ExpectMsg("counted", TimeSpan.FromSeconds(60));
    }

    [Fact]
    public void Children_failing_all_at_once_are_all_restarted()
    {
        const int children = 200;
        var parent = ActorOf(() => new Parent(_ => Directive.Restart));
        var refs = Enumerable.Range(0, children)
            .Select(_ => Ask<IActorRef>(parent, Props.Create(() => new Fragile(TestActor)))).ToArray();
        ReceiveN(children, TimeSpan.FromSeconds(30));
        for (var round = 0; round < 5; round++)
        {
            foreach (var child in refs) child.Tell(new Boom());
            ReceiveN(4 * children, TimeSpan.FromSeconds(30));
        }
        foreach (var child in refs) child.Tell("alive");
        ReceiveN(children, TimeSpan.FromSeconds(30)).ShouldAllBe(message => message.Equals("alive of incarnation 6"));
    }

    private static T Ask<T>(IActorRef actor, object message) => actor.Ask<T>(message, TimeSpan.FromSeconds(10)).Result;

    private IActorRef ParentWith(Func<Exception, Directive> decider) => ActorOf(() => new Parent(decider));

    private IActorRef ChildOf(Directive directive)
    {
        var parent = ActorOf(() => new Parent(_ => directive));
        return Ask<IActorRef>(parent, Props.Create(() => new Fragile(TestActor)));
    }

    private sealed record Boom;

    private sealed class Parent : ReceiveActor
    {
        private readonly SupervisorStrategy _strategy;

        public Parent(Func<Exception, Directive> decider)
            : this(new OneForOneStrategy(decider))
        {
        }

        public Parent(SupervisorStrategy strategy)
        {
            _strategy = strategy;
            Receive<Props>(props => Sender.Tell(Context.ActorOf(props)));
            Receive<Boom>(_ => throw new InvalidOperationException("boom"));
            Receive<string>(_ => Sender.Tell("yes"));
        }

        protected override SupervisorStrategy SupervisorStrategy() => _strategy;
    }

    private sealed class Fragile : ReceiveActor
    {
        private static readonly ConditionalWeakTable<IActorRef, StrongBox<int>> s_incarnations = [];

        private readonly IActorRef _report;
        private readonly int _incarnation;

        public Fragile(IActorRef report)
        {
            _report = report;
            _incarnation = ++s_incarnations.GetOrCreateValue(Self).Value;
            Receive<Boom>(_ => throw new InvalidOperationException("boom"));
            Receive<string>(text => _report.Tell($"{text} of incarnation {_incarnation}"));
        }

        protected override void PreStart() => _report.Tell("started");

        protected override void PostStop() => _report.Tell("stopped");

        protected override void PreRestart(Exception reason, object? message)
        {
            _report.Tell($"restarting with {message?.GetType().Name}");
            base.PreRestart(reason, message);
        }

        protected override void PostRestart(Exception reason)
        {
            _report.Tell("restarted");
            base.PostRestart(reason);
        }
    }

    private sealed class Stillborn : ReceiveActor
    {
        public Stillborn() => throw new InvalidOperationException("not today");
    }

    private sealed class Counter : ReceiveActor
    {
        public Counter(int expected, IActorRef report) => Receive<int>(_ =>
        {
            if (--expected == 0) report.Tell("counted");
        });
    }

    private sealed class Stormy : ReceiveActor
    {
        public Stormy(IActorRef counter) => Receive<int>(n =>
        {
            if (n % 2 == 0) throw new InvalidOperationException("again");
            counter.Tell(n);
        });
    }
}
