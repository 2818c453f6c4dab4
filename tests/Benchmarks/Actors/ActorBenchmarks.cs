using System.Text.Json;

namespace Cohort.Benchmarks.Actors;

/// <summary>
/// How fast messages go, and how little an idle actor takes. Goals: 1.5 times Akka.NET 1.5.27 on two quiet cores.
/// </summary>
public static class ActorBenchmarks
{
    private const int Runs = 7;
    private const double Million = 1e6;

    private static readonly Case[] s_cases =
    [
        new("ping-pong, 4 pairs, 100 in flight", 25.5, () => PingPong.Measure(pairs: 4, inFlight: 100, 4_000_000)),
        new("one-way tell to one actor", 13.5, () => OneWay.Measure(5_000_000)),
        new("ask, 1 in flight", 0.56, () => Asking.Measure(inFlight: 1, 300_000)),
        new("ask, 16 in flight", 0.92, () => Asking.Measure(inFlight: 16, 600_000)),
        new("ask, 256 in flight", 0.86, () => Asking.Measure(inFlight: 256, 600_000)),
    ];

    /// <summary>Options: --json; --only TEXT for the benchmarks whose name has it.</summary>
    public static async Task<int> Run(string[] options)
    {
        var only = options.SkipWhile(option => option is not "--only").Skip(1).FirstOrDefault() ?? "";
        List<Measurement> measurements = [];
        // First, while the process holds nothing else.
        if (IdleActors.Name.Contains(only, StringComparison.Ordinal)) measurements.AddRange(await IdleActors.Measure());
        var chosen = s_cases.Where(each => each.Name.Contains(only, StringComparison.Ordinal)).ToArray();
        var rates = chosen.ToDictionary(each => each.Name, _ => new List<Rate>(), StringComparer.Ordinal);
        // Interleaved, so that whatever else the machine does hits all alike; the first round warms up.
        for (var run = 0; run <= Runs; run++)
        {
            foreach (var each in chosen)
            {
                var rate = await each.Measure();
                if (run > 0) rates[each.Name].Add(rate);
            }
        }
        measurements.AddRange(chosen.Select(each => each.Judge(rates[each.Name])));
        Print(measurements, asJson: options.Contains("--json", StringComparer.Ordinal));
        return 0;
    }

    private static void Print(List<Measurement> measurements, bool asJson)
    {
        if (asJson)
        {
            var report = new { machine = Machine.Description, measurements };
            Console.WriteLine(JsonSerializer.Serialize(report, JsonSerializerOptions.Web));
            return;
        }
        Console.WriteLine(Machine.Description);
        foreach (var measurement in measurements) Console.WriteLine(measurement);
    }

    private sealed record Case(string Name, double Goal, Func<Task<Rate>> Measure)
    {
        public Measurement Judge(List<Rate> rates) => new(Name, "M/s", [.. rates.Select(rate => rate.PerSecond / Million)], Goal)
        {
            PerProcessorSecond = rates.Select(rate => rate.PerProcessorSecond / Million).Order().ElementAt(rates.Count / 2),
        };
    }
}
