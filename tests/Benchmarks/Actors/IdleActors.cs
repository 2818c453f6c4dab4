using System.Diagnostics;

namespace Cohort.Benchmarks.Actors;

/// <summary>A million actors that have handled one message each and wait for the next.</summary>
internal static class IdleActors
{
    public const string Name = "1 million idle actors";

    private const int Count = 1_000_000;
    private const double MiB = 1024 * 1024;

    public static async Task<Measurement[]> Measure()
    {
        using var system = ActorSystem.Create("idle");
        var start = Stopwatch.GetTimestamp();
        var started = new Finish(Count);
        var actors = new IActorRef[Count];
        for (var i = 0; i < Count; i++)
        {
            var id = i;
            actors[i] = system.ActorOf(Props.Create(() => new Idler(id, started)));
            actors[i].Tell(Hello.Instance);
        }
        await started.All;
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        using var process = Process.GetCurrentProcess();
        process.Refresh();
        var whileIdle = process.WorkingSet64 / MiB;
        var peak = process.PeakWorkingSet64 / MiB;
        var live = GC.GetTotalMemory(forceFullCollection: true) / MiB;
        GC.KeepAlive(actors);
        await system.Terminate();
        return
        [
            new Measurement($"{Name}, working set", "MiB", [whileIdle], 1024, LessIsBetter: true),
            new Measurement($"{Name}, live objects", "MiB", [live], 1024, LessIsBetter: true),
            new Measurement($"{Name}, peak working set", "MiB", [peak], 1024, LessIsBetter: true),
            new Measurement($"{Name}, time to start them", "s", [seconds], 10, LessIsBetter: true),
        ];
    }

    private sealed class Hello
    {
        public static readonly Hello Instance = new();
    }

    private sealed class Idler : ReceiveActor
    {
        private readonly int _id;

        public Idler(int id, Finish started)
        {
            _id = id;
            Receive<Hello>(_ => started.Signal());
            Receive<string>(_ => Sender.Tell(_id));
        }
    }
}
