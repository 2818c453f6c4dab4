namespace Cohort.Benchmarks.Actors;

/// <summary>Pairs of actors that throw a number of balls to and fro.</summary>
internal static class PingPong
{
    /// <summary>Messages delivered, over all pairs and both directions.</summary>
    public static async Task<Rate> Measure(int pairs, int inFlight, int messagesPerPair)
    {
        using var system = ActorSystem.Create("ping-pong");
        var done = new Finish(2 * pairs);
        var players = Enumerable.Range(0, 2 * pairs)
            .Select(_ => system.ActorOf(Props.Create(() => new Player(messagesPerPair / 2, done)))).ToArray();
        await Task.WhenAll(players.Select(player => player.Ask<string>("ready?")));
        var clock = RateClock.Start();
        for (var pair = 0; pair < pairs; pair++)
        {
            for (var ball = 0; ball < inFlight; ball++) players[2 * pair].Tell(Ball.Instance, players[(2 * pair) + 1]);
        }
        await done.All;
        var rate = clock.Stop(pairs * (double)messagesPerPair);
        await system.Terminate();
        return rate;
    }

    private sealed class Ball
    {
        public static readonly Ball Instance = new();
    }

    private sealed class Player : ReceiveActor
    {
        private int _left;

        public Player(int throws, Finish done)
        {
            _left = throws;
            Receive<Ball>(ball =>
            {
                Sender.Tell(ball);
                if (--_left == 0) done.Signal();
            });
            Receive<string>(_ => Sender.Tell("ready"));
        }
    }
}
