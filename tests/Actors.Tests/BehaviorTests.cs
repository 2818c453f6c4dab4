namespace Cohort.Actors.Tests;

public class BehaviorTests : TestKit
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(200);

    [Fact]
    public void The_first_handler_that_fits_is_called()
    {
        var actor = ActorOf<Sorter>();
        actor.Tell("short");
        ExpectMsg("a short string");
        actor.Tell("a very long string");
        ExpectMsg("a string");
        actor.Tell(1);
        ExpectMsg("a number");
        actor.Tell(new InvalidOperationException());
        ExpectMsg("an exception");
        actor.Tell(new object());
        ExpectMsg("something");
    }

    [Fact]
    public void Become_replaces_the_handlers()
    {
        var actor = ActorOf<Moody>();
        actor.Tell("mood?");
        ExpectMsg("calm");
        actor.Tell("poke");
        actor.Tell("mood?");
        ExpectMsg("angry");
        actor.Tell("soothe");
        actor.Tell("mood?");
        ExpectMsg("calm");
    }

    [Fact]
    public void Unbecome_goes_back_to_the_handlers_before()
    {
        var actor = ActorOf<Stacked>();
        actor.Tell("in");
        actor.Tell("in");
        actor.Tell("depth?");
        ExpectMsg(2);
        actor.Tell("out");
        actor.Tell("depth?");
        ExpectMsg(1);
        actor.Tell("out");
        actor.Tell("depth?");
        ExpectMsg(0);
    }

    [Fact]
    public void Stashed_messages_come_back_in_order_before_others()
    {
        var actor = ActorOf<Door>();
        foreach (var n in new[] { 1, 2, 3 }) actor.Tell(n);
        actor.Tell("open");
        actor.Tell(4);
        foreach (var n in new[] { 1, 2, 3, 4 }) ExpectMsg(n);
    }

    [Fact]
    public void What_was_unstashed_does_not_come_back_again()
    {
        var actor = ActorOf<Door>();
        actor.Tell(1);
        actor.Tell("open");
        actor.Tell("open");
        actor.Tell(2);
        ExpectMsg(1);
        ExpectMsg(2);
        ExpectNoMsg(Soon);
    }

    [Fact]
    public void Stashed_messages_survive_a_restart()
    {
        var actor = ActorOf<Door>();
        actor.Tell(1);
        actor.Tell("break");
        actor.Tell("open");
        ExpectMsg(1);
    }

    [Fact]
    public void A_message_cannot_be_stashed_twice()
    {
        var actor = ActorOf(() => new DoubleStasher(TestActor));
        actor.Tell("once");
        ExpectMsg("refused");
    }

    [Fact]
    public void An_asynchronous_handler_holds_other_messages_up_and_keeps_the_sender()
    {
        var gate = new TaskCompletionSource();
        var actor = ActorOf(() => new Awaiter(gate.Task));
        actor.Tell("slow");
        actor.Tell(2);
        ExpectNoMsg(Soon);
        gate.SetResult();
        ExpectMsg("slow done");
        ExpectMsg(2);
    }

    [Fact]
    public void An_asynchronous_handler_that_throws_is_the_supervisors_to_judge()
    {
        var gate = new TaskCompletionSource();
        var actor = ActorOf(() => new Awaiter(gate.Task));
        Sys.EventStream.Subscribe(TestActor, typeof(Error));
        actor.Tell("slow");
        actor.Tell(3);
        gate.SetException(new FormatException("bad"));
        ExpectMsg<Error>().Cause!.GetBaseException().Message.ShouldBe("bad");
        ExpectMsg(3);
    }

    [Fact]
    public void The_context_is_there_after_an_await()
    {
        var actor = ActorOf<ContextUser>();
        actor.Tell("go");
        ExpectMsg<IActorRef>().ShouldBe(actor);
    }

    private sealed class Sorter : ReceiveActor
    {
        public Sorter()
        {
            Receive<string>(text => text.Length < 8, _ => Sender.Tell("a short string"));
            Receive<string>(_ => Sender.Tell("a string"));
            Receive<int>(_ => Sender.Tell("a number"));
            Receive<Exception>(_ => Sender.Tell("an exception"));
            ReceiveAny(_ => Sender.Tell("something"));
        }
    }

    private sealed class Moody : ReceiveActor
    {
        public Moody() => Calm();

        private void Calm()
        {
            Receive<string>(text => text is "poke", _ => Become(Angry));
            Receive<string>(_ => Sender.Tell("calm"));
        }

        private void Angry()
        {
            Receive<string>(text => text is "soothe", _ => Become(Calm));
            Receive<string>(_ => Sender.Tell("angry"));
        }
    }

    private sealed class Stacked : ReceiveActor
    {
        public Stacked() => At(0);

        private void At(int depth)
        {
            Receive<string>(text => text is "in", _ => BecomeStacked(() => At(depth + 1)));
            Receive<string>(text => text is "out", _ => UnbecomeStacked());
            Receive<string>(_ => Sender.Tell(depth));
        }
    }

    private sealed class Door : ReceiveActor, IWithStash
    {
        public Door()
        {
            Receive<string>(text => text is "open", _ =>
            {
                Become(Open);
                Stash.UnstashAll();
            });
            Receive<string>(_ => throw new InvalidOperationException("broken"));
            Receive<int>(_ => Stash.Stash());
        }

        public IStash Stash { get; set; } = null!;

        private void Open()
        {
            Receive<int>(n => Sender.Tell(n));
            Receive<string>(text => text is "open", _ => Stash.UnstashAll());
        }
    }

    private sealed class DoubleStasher : ReceiveActor, IWithStash
    {
        public DoubleStasher(IActorRef report) => Receive<string>(_ =>
        {
            Stash.Stash();
            try
            {
                Stash.Stash();
            }
            catch (IllegalActorStateException)
            {
                report.Tell("refused");
            }
        });

        public IStash Stash { get; set; } = null!;
    }

    private sealed class Awaiter : ReceiveActor
    {
        public Awaiter(Task gate)
        {
            ReceiveAsync<string>(async text =>
            {
                await gate;
                Sender.Tell($"{text} done");
            });
            Receive<int>(n => Sender.Tell(n));
        }
    }

    private sealed class ContextUser : ReceiveActor
    {
        public ContextUser() => ReceiveAsync<string>(async _ =>
        {
            await Task.Delay(1);
            await Task.Yield();
            Sender.Tell(Context.Self);
        });
    }
}
