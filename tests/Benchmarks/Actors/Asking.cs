namespace Cohort.Benchmarks.Actors;

/// <summary>One actor that answers, asked by some callers at once.</summary>
internal static class Asking
{
    public static async Task<Rate> Measure(int inFlight, int asks)
    {
        using var system = ActorSystem.Create("asking");
        var answerer = system.ActorOf(Props.Create(() => new Answerer()));
        await answerer.Ask<Answer>(Question.Instance);
        var clock = RateClock.Start();
        await Task.WhenAll(Enumerable.Range(0, inFlight).Select(_ => Task.Run(() => Ask(answerer, asks / inFlight))));
        var rate = clock.Stop(asks / inFlight * inFlight);
        await system.Terminate();
        return rate;
    }

    private static async Task Ask(IActorRef answerer, int asks)
    {
        for (var i = 0; i < asks; i++) await answerer.Ask<Answer>(Question.Instance);
    }

    private sealed class Question
    {
        public static readonly Question Instance = new();
    }

    private sealed class Answer
    {
        public static readonly Answer Instance = new();
    }

    private sealed class Answerer : ReceiveActor
    {
        public Answerer() => Receive<Question>(_ => Sender.Tell(Answer.Instance));
    }
}
