namespace Cohort.Actors.Tests;

public class TimerTests : TestKit
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Later = TimeSpan.FromMilliseconds(300);

    [Fact]
    public void A_single_timer_fires_once()
    {
        var actor = ActorOf(() => new Clock(TestActor));
        actor.Tell(new Run(timers => timers.StartSingleTimer("key", "ring", Soon)));
        ExpectMsg("ring");
        ExpectNoMsg(Later);
    }

    [Fact]
    public void A_periodic_timer_fires_until_cancelled()
    {
        var actor = ActorOf(() => new Clock(TestActor));
        actor.Tell(new Run(timers => timers.StartPeriodicTimer("key", "tick", Soon)));
        ExpectMsg("tick");
        ExpectMsg("tick");
        ExpectMsg("tick");
        actor.Tell(new Run(timers => timers.Cancel("key")));
        actor.Tell("cancelled");
        FishForMessage<string>(text => text is "cancelled");
        ExpectNoMsg(Later);
    }

    [Fact]
    public void A_cancelled_timers_message_is_not_delivered_even_if_it_waits_already()
    {
        var actor = ActorOf(() => new Clock(TestActor));
        actor.Tell(new Run(timers =>
        {
            timers.StartSingleTimer("key", "ring", TimeSpan.FromMilliseconds(1));
            Thread.Sleep(Later);
            timers.Cancel("key");
        }));
        ExpectNoMsg(Later + Later);
    }

    [Fact]
    public void A_timer_started_anew_replaces_the_old_one()
    {
        var actor = ActorOf(() => new Clock(TestActor));
        actor.Tell(new Run(timers =>
        {
            timers.StartSingleTimer("key", "old", TimeSpan.FromMilliseconds(1));
            Thread.Sleep(Later);
            timers.StartSingleTimer("key", "new", Soon);
        }));
        ExpectMsg("new");
        ExpectNoMsg(Later);
    }

    [Fact]
    public void Timers_know_which_are_active()
    {
        var actor = ActorOf(() => new Clock(TestActor));
        actor.Tell(new Run(timers =>
        {
            timers.StartSingleTimer("a", "x", TimeSpan.FromMinutes(1));
            timers.StartSingleTimer("b", "x", TimeSpan.FromMinutes(1));
            timers.Cancel("a");
            TestActor.Tell((timers.IsTimerActive("a"), timers.IsTimerActive("b")), ActorRefs.NoSender);
            timers.CancelAll();
            TestActor.Tell((timers.IsTimerActive("a"), timers.IsTimerActive("b")), ActorRefs.NoSender);
        }));
        ExpectMsg((false, true));
        ExpectMsg((false, false));
    }

    [Fact]
    public void Timers_end_with_a_restart()
    {
        var actor = ActorOf(() => new Clock(TestActor));
        actor.Tell(new Run(timers =>
        {
            timers.StartPeriodicTimer("key", "tick", Later, Soon);
            throw new InvalidOperationException("restart me");
        }));
        ExpectNoMsg(Later + Later);
    }

    [Fact]
    public void Silence_is_reported_again_and_again_until_switched_off()
    {
        var actor = ActorOf(() => new Listener(TestActor));
        ExpectMsg<ReceiveTimeout>();
        ExpectMsg<ReceiveTimeout>();
        actor.Tell("off");
        FishForMessage<string>(text => text is "off");
        ExpectNoMsg(Later);
    }

    [Fact]
    public void Messages_put_the_receive_timeout_off_but_marked_ones_do_not()
    {
        ActorOf(() => new Metronome(TestActor));
        ExpectMsg("fifty ticks", TimeSpan.FromSeconds(20));
        ExpectMsg<ReceiveTimeout>(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public void The_scheduler_tells_once_and_repeatedly()
    {
        Sys.Scheduler.ScheduleTellOnce(Soon, TestActor, "once", ActorRefs.NoSender);
        ExpectMsg("once");
        var repeat = Sys.Scheduler.ScheduleTellRepeatedlyCancelable(Soon, Soon, TestActor, "again", ActorRefs.NoSender);
        ExpectMsg("again");
        ExpectMsg("again");
        repeat.Cancel();
        AwaitAssert(() => ExpectNoMsg(Later));
    }

    private sealed record Run(Action<ITimerScheduler> Action);

    private sealed class Clock : ReceiveActor, IWithTimers
    {
        public Clock(IActorRef report)
        {
            Receive<Run>(run => run.Action(Timers));
            Receive<string>(text => report.Tell(text));
        }

        public ITimerScheduler Timers { get; set; } = null!;
    }

    private sealed class Listener : ReceiveActor
    {
        public Listener(IActorRef report)
        {
            Context.SetReceiveTimeout(Soon);
            Receive<ReceiveTimeout>(timeout => report.Tell(timeout));
            Receive<string>(text =>
            {
                Context.SetReceiveTimeout(null);
                report.Tell(text);
            });
        }
    }

    private sealed record Tick;

    private sealed record QuietTick : INotInfluenceReceiveTimeout;

    private sealed class Metronome : ReceiveActor, IWithTimers
    {
        private static readonly TimeSpan TickTime = TimeSpan.FromMilliseconds(40);

        public Metronome(IActorRef report)
        {
            var ticks = 0;
            // Fifty ticks take longer than the timeout, one much less: only unmarked ticks keep it away.
            Context.SetReceiveTimeout(TimeSpan.FromSeconds(1.5));
            Receive<Tick>(_ =>
            {
                if (++ticks < 50) return;
                report.Tell("fifty ticks");
                Timers.StartPeriodicTimer("tick", new QuietTick(), TickTime);
            });
            Receive<QuietTick>(_ => { });
            Receive<ReceiveTimeout>(timeout => report.Tell(timeout));
        }

        public ITimerScheduler Timers { get; set; } = null!;

        protected override void PreStart() => Timers.StartPeriodicTimer("tick", new Tick(), TickTime);
    }
}
