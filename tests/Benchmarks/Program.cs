using Cohort.Benchmarks.Actors;

var benchmarks = new Dictionary<string, Func<string[], Task<int>>>(StringComparer.Ordinal)
{
    ["actors"] = ActorBenchmarks.Run,
};

if (args.Length > 0 && benchmarks.TryGetValue(args[0], out var benchmark)) return await benchmark(args[1..]);
Console.Error.WriteLine($"Which benchmark? One of: {string.Join(", ", benchmarks.Keys)}.");
return 2;
