namespace Cohort.Benchmarks.Actors;

/// <summary>One thread tells one actor as fast as it can.</summary>
internal static class OneWay
{
    public static async Task<Rate> Measure(int messages)
    {
        using var system = ActorSystem.Create("one-way");
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var counter = system.ActorOf(Props.Create(() => new Counter(messages, done)));
        await counter.Ask<string>("ready?");
        var clock = RateClock.Start();
        for (var i = 0; i < messages; i++) counter.Tell(Tick.Instance, ActorRefs.NoSender);
        await done.Task;
        var rate = clock.Stop(messages);
        await system.Terminate();
        return rate;
    }

    private sealed class Tick
    {
        public static readonly Tick Instance = new();
    }

    private sealed class Counter : ReceiveActor
    {
        private int _left;

        public Counter(int messages, TaskCompletionSource done)
        {
            _left = messages;
            Receive<Tick>(_ =>
            {
                if (--_left == 0) done.SetResult();
            });
            Receive<string>(_ => Sender.Tell("ready"));
        }
    }
}
