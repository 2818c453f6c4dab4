using System.Diagnostics;
using System.Globalization;
using Cohort.Model.Data;

namespace Cohort.Benchmarks.Training;

/// <summary>
/// What the cache of data sets saves at a start: <c>cache PATH [RUNS]</c>. Reads the set from its source, then through an empty cache, and then
/// through one that has it, in turn.
/// </summary>
internal static class CacheBenchmark
{
    public static int Run(string[] arguments)
    {
        var runs = arguments.Length > 1 ? int.Parse(arguments[1], CultureInfo.InvariantCulture) : 5;
        var folder = Directory.CreateTempSubdirectory("cohort-cache-");
        try
        {
            var (source, first, again) = (new List<double>(), new List<double>(), new List<double>());
            DataSet? data = null;
            for (var run = 0; run <= runs; run++)
            {
                var cache = new SampleCache(Path.Combine(folder.FullName, run.ToString(CultureInfo.InvariantCulture)));
                var figures = new[]
                {
                    Seconds(() => data = DataSets.Load(arguments[0])),
                    Seconds(() => cache.Load(arguments[0])),
                    Seconds(() => cache.Load(arguments[0])),
                };
                if (run > 0) // the first warms up
                {
                    source.Add(figures[0]);
                    first.Add(figures[1]);
                    again.Add(figures[2]);
                }
            }

            Console.WriteLine($"{Machine.Description}; {data!.Name}: {data.Train.Count + data.Test.Count} samples, median of {runs} runs");
            Print("from its source", source);
            Print("through an empty cache", first);
            Print("from the cache", again);
            return 0;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static double Seconds(Action action)
    {
        var clock = Stopwatch.StartNew();
        action();
        return clock.Elapsed.TotalSeconds;
    }

    private static void Print(string what, List<double> seconds)
    {
        var ordered = seconds.Order().ToArray();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"  {what,-24} {1000 * ordered[ordered.Length / 2],8:F0} ms ({1000 * ordered[0]:F0} to {1000 * ordered[^1]:F0})"));
    }
}
