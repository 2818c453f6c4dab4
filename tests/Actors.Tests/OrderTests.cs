namespace Cohort.Actors.Tests;

public class OrderTests : TestKit
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public void A_million_messages_from_several_actors_arrive_all_and_each_senders_in_order()
    {
        const int senders = 8;
        const int each = 125_000;
        var checker = ActorOf(() => new OrderChecker(senders, each, TestActor));
        for (var i = 0; i < senders; i++)
        {
            var id = i;
            ActorOf(() => new Burst(id, each, checker)).Tell("go");
        }
        ExpectMsg("all in order", Patience);
    }

    [Fact]
    public void A_million_messages_from_several_threads_arrive_all_and_each_threads_in_order()
    {
        const int senders = 4;
        const int each = 250_000;
        var checker = ActorOf(() => new OrderChecker(senders, each, TestActor));
        for (var i = 0; i < senders; i++)
        {
            var id = i;
            new Thread(() =>
            {
                for (var n = 0; n < each; n++) checker.Tell(new Numbered(id, n), ActorRefs.NoSender);
            }).Start();
        }
        ExpectMsg("all in order", Patience);
    }

    [Fact]
    public void Never_are_two_threads_in_one_actor()
    {
        const int messages = 200_000;
        var lonely = ActorOf(() => new Lonely(4 * messages, TestActor));
        Parallel.For(0, 4, _ =>
        {
            for (var n = 0; n < messages; n++) lonely.Tell(n, ActorRefs.NoSender);
        });
        ExpectMsg<int>(Patience).ShouldBe(0);
    }

    [Fact]
    public void Never_are_two_threads_in_one_actor_that_awaits()
    {
        const int messages = 5_000;
        var lonely = ActorOf(() => new LonelyAwaiter(messages, TestActor));
        Parallel.For(0, messages, n => lonely.Tell(n, ActorRefs.NoSender));
        ExpectMsg<int>(Patience).ShouldBe(0);
    }

    [Fact]
    public void An_actor_that_runs_dry_again_and_again_is_always_woken()
    {
        // One message at a time to and fro: every message finds the other asleep or just falling asleep.
        const int rounds = 100_000;
        var pairs = 3;
        for (var pair = 0; pair < pairs; pair++)
        {
            var wall = ActorOf<Wall>();
            ActorOf(() => new Ball(rounds, wall, TestActor)).Tell(0);
        }
        for (var pair = 0; pair < pairs; pair++) ExpectMsg(rounds, Patience);
    }

    [Fact]
    public void A_busy_actor_does_not_keep_others_from_their_turn()
    {
        var never = Enumerable.Range(0, Environment.ProcessorCount + 2).Select(_ => ActorOf<SelfTeller>()).ToArray();
        foreach (var busy in never) busy.Tell("again");
        for (var i = 0; i < 20; i++)
        {
            ActorOf<Wall>().Tell(i);
            ExpectMsg(i, Patience);
        }
    }

    private sealed record Numbered(int Sender, int Number);

    private sealed class OrderChecker : ReceiveActor
    {
        public OrderChecker(int senders, int each, IActorRef report)
        {
            var next = new int[senders];
            var left = senders * each;
            Receive<Numbered>(message =>
            {
                if (message.Number != next[message.Sender]++) report.Tell($"{message} came out of order");
                if (--left == 0) report.Tell("all in order");
            });
        }
    }

    private sealed class Burst : ReceiveActor
    {
        public Burst(int id, int count, IActorRef target) => Receive<string>(_ =>
        {
            for (var n = 0; n < count; n++) target.Tell(new Numbered(id, n));
        });
    }

    private sealed class Lonely : ReceiveActor
    {
        private int _inside;

        public Lonely(int messages, IActorRef report)
        {
            var meetings = 0;
            Receive<int>(_ =>
            {
                if (Interlocked.Increment(ref _inside) != 1) meetings++;
                Interlocked.Decrement(ref _inside);
                if (--messages == 0) report.Tell(meetings);
            });
        }
    }

    private sealed class LonelyAwaiter : ReceiveActor
    {
        private int _inside;

        public LonelyAwaiter(int messages, IActorRef report)
        {
            var meetings = 0;
            ReceiveAsync<int>(async n =>
            {
                for (var step = 0; step < 3; step++)
                {
                    if (Interlocked.Increment(ref _inside) != 1) meetings++;
                    Interlocked.Decrement(ref _inside);
                    await Task.Yield();
                }
                if (--messages == 0) report.Tell(meetings);
            });
        }
    }

    private sealed class Wall : ReceiveActor
    {
        public Wall() => Receive<int>(n => Sender.Tell(n));
    }

    private sealed class Ball : ReceiveActor
    {
        public Ball(int rounds, IActorRef wall, IActorRef report) => Receive<int>(n =>
        {
            if (n == rounds) report.Tell(n);
            else wall.Tell(n + 1);
        });
    }

    private sealed class SelfTeller : ReceiveActor
    {
        public SelfTeller() => Receive<string>(again => Self.Tell(again));
    }
}
