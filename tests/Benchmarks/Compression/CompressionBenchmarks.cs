using System.Diagnostics;
using System.Globalization;
using Cohort.Model.Plans;

namespace Cohort.Benchmarks.Compression;

/// <summary>
/// Where compression would pay: ratio and speed on the bytes of a real round, and the bandwidth below which one core saves more
/// time than it spends. .NET 10 has no zstd; of what it has, Brotli and Deflate are tried, and the wire format's own narrowing.
/// </summary>
internal static class CompressionBenchmarks
{
    private const int Repeats = 15;

    /// <summary>Options: --plan FILE (plans/quick.json unless given); --network NAME; --rounds N.</summary>
    public static int Run(string[] options)
    {
        var plan = Plan.Read(Option("--plan") ?? "plans/quick.json") with { Network = Option("--network") ?? NetworkNames.Cnn4 };
        var rounds = int.Parse(Option("--rounds") ?? "5", CultureInfo.InvariantCulture);
        var trained = TrainedBytes.Train(plan, rounds);
        Console.WriteLine($"{Machine.Description}; {trained.Network} after {rounds} rounds of 8 students; best of {Repeats}, one core");
        Console.WriteLine($"{"bytes",-26} {"codec",-28} {"ratio",6} {"in MB/s",9} {"out MB/s",9} {"pays below Mbit/s",18}");
        Codec[] general = [Codec.Brotli(1), Codec.Brotli(4), Codec.Deflate];
        Compare("parameters, float32", trained.Parameters, [.. general, .. general.Select(codec => Codec.OverPlanes(codec, 4))]);
        Codec[] integers = [.. general, .. general.Select(codec => Codec.OverPlanes(codec, 8)), Codec.Narrow];
        Compare("sum, int64", trained.Sum, integers);
        Compare("sum with noise, int64", trained.NoisySum, integers);
        return 0;

        string? Option(string name) => options.SkipWhile(option => !string.Equals(option, name, StringComparison.Ordinal)).ElementAtOrDefault(1);
    }

    private static void Compare(string what, byte[] bytes, Codec[] codecs)
    {
        foreach (var codec in codecs)
        {
            var (shrunk, into) = Best(() => codec.Shrink(bytes));
            var (whole, back) = Best(() => codec.Restore(shrunk, bytes.Length));
            if (!whole.AsSpan().SequenceEqual(bytes))
            {
                throw new InvalidOperationException($"{codec.Name} has changed the bytes.");
            }

            // A byte takes 1/B on the wire, or else 1/in + (1/ratio)/B + 1/out: equal at B = (1 - 1/ratio) / (1/in + 1/out).
            var ratio = (double)bytes.Length / shrunk.Length;
            var bandwidth = (1 - (1 / ratio)) * bytes.Length / (into + back);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{$"{what} ({bytes.Length / 1e6:0.0} MB)",-26} {codec.Name,-28} {ratio,6:0.00} {bytes.Length / into / 1e6,9:0} "
                + $"{bytes.Length / back / 1e6,9:0} {(bandwidth > 0 ? (8 * bandwidth / 1e6).ToString("0", CultureInfo.InvariantCulture) : "never"),18}"));
        }
    }

    private static (T Result, double Seconds) Best<T>(Func<T> work)
    {
        var (result, best) = (work(), double.MaxValue);
        for (var i = 0; i < Repeats; i++)
        {
            var started = Stopwatch.GetTimestamp();
            result = work();
            best = Math.Min(best, Stopwatch.GetElapsedTime(started).TotalSeconds);
        }

        return (result, best);
    }
}
