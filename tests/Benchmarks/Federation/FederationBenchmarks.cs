using System.Diagnostics;
using Cohort.Federation;

namespace Cohort.Benchmarks.Federation;

/// <summary>
/// What a round costs outside training: clipping and quantising an update, adding it up, drawing noise.
/// Each figure is the median of several runs after a warm-up; bytes are those read and written by the algorithm.
/// </summary>
public static class FederationBenchmarks
{
    private const int Length = 1_600_000;
    private static readonly FixedPointGrid Grid = new();

    /// <summary>Runs all of them, or only those named: update, sum, average, noise.</summary>
    public static int Run(string[] args)
    {
        var benchmarks = new (string Name, Action Run)[]
        {
            ("update", Update), ("sum", Sum), ("average", Average), ("noise", Noise)
        };
        foreach (var (name, run) in benchmarks)
        {
            if (args.Length == 0 || args.Contains(name, StringComparer.Ordinal))
                run();
        }

        return 0;
    }

    private static void Update()
    {
        var original = Values();
        var update = new float[Length];
        var quantised = new int[Length];
        var clip = Median(() => L2Clipping.Clip(update, 1), () => original.CopyTo(update.AsSpan()));
        Report("norm", Median(() => s_read += L2Clipping.Norm(original)), 4.0 * Length);
        Report("clip (norm, then scale)", clip, 12.0 * Length);
        Report("quantise to nearest even", Median(() => Grid.Quantise(update, quantised)), 8.0 * Length);
        Report("quantise within the bound", Median(() => Grid.QuantiseWithin(update, 1, quantised)), 12.0 * Length);

        // In turn, so that all three meet the same machine. A pass reads the update's bytes and writes as many.
        const int Runs = 101;
        var (read, copy, whole) = (new double[Runs], new double[Runs], new double[Runs]);
        for (var run = -2_000; run < Runs; run++) // long enough for the JIT's last word
        {
            var at = Math.Max(run, 0);
            read[at] = Seconds(() => Read(original));
            copy[at] = Seconds(() => original.CopyTo(update.AsSpan()));
            whole[at] = Seconds(() => Grid.ClipAndQuantise(original, 1, quantised));
        }

        Report("one pass over the bytes: read", Middle(read), 4.0 * Length);
        Report("one pass over the bytes: copy", Middle(copy), 8.0 * Length);
        Report("clip and quantise", Middle(whole), 12.0 * Length);
        Console.WriteLine($"  clip and quantise over one copy: {Ratio(whole, copy)}; over one read: {Ratio(whole, read)}");
    }

    private static string Ratio(double[] seconds, double[] pass)
    {
        var ratios = seconds.Zip(pass, (s, p) => s / p).Order().ToArray();
        return $"{Middle(seconds) / Middle(pass):F2} times (of runs in turn: 10 % {ratios[ratios.Length / 10]:F2}, "
            + $"median {ratios[ratios.Length / 2]:F2}, 90 % {ratios[ratios.Length * 9 / 10]:F2})";
    }

    private static double Seconds(Action action)
    {
        var watch = Stopwatch.StartNew();
        action();
        return watch.Elapsed.TotalSeconds;
    }

    private static double Middle(double[] seconds) => seconds.Order().ElementAt(seconds.Length / 2);

    private static void Sum()
    {
        var quantised = new int[Length];
        var update = Values();
        L2Clipping.Clip(update, 1);
        Grid.Quantise(update, quantised);
        var sum = new ExactSum(Length);
        var other = new ExactSum(Length);
        other.Add(quantised, 1);
        Report("exact sum of an update", Median(() => sum.Add(quantised, 600)), 20.0 * Length);
        Report("exact sum of two sums", Median(() => sum.Add(other)), 24.0 * Length);
        Report("exact sum of values from elsewhere", Median(() => sum.Add(other.Values, 1, 1)), 32.0 * Length);
    }

    private static void Average()
    {
        var model = Values();
        var sum = new ExactSum(Length);
        sum.Add(new int[Length], 7);
        var result = new float[Length];
        Report("federated averaging", Median(() => FederatedAveraging.Apply(model, sum, Grid, 1, result)), 16.0 * Length);
    }

    // What a leader does for one group's sum, table and key included, at several standard deviations in turn.
    private static void Noise()
    {
        const int Runs = 15;
        double[] sigmas = [5, 1e3, 1e6, 1e8];
        var seconds = sigmas.ToDictionary(sigma => sigma, _ => new List<double>());
        var secret = NoiseSecret.FromSeed(1);
        var sum = new ExactSum(Length);
        for (var run = -5; run < Runs; run++)
        {
            foreach (var sigma in sigmas)
            {
                var watch = Stopwatch.StartNew();
                GaussianMechanism.AddNoise(sum, sigma, secret, new NoiseKey("benchmark", run + 5, 0, 0, "all"));
                if (run >= 0)
                    seconds[sigma].Add(watch.Elapsed.TotalSeconds);
            }
        }

        foreach (var sigma in sigmas)
        {
            var sorted = seconds[sigma].Order().ToArray();
            Console.WriteLine(
                $"{$"discrete Gaussian noise, sigma {sigma:G}",-40} {1e3 * sorted[Runs / 2],9:F2} ms  "
                + $"{Length / sorted[Runs / 2] / 1e6,8:F1} million values/s (min {Length / sorted[^1] / 1e6:F1}, max {Length / sorted[0] / 1e6:F1})");
        }
    }

    private static double PlainGaussian(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static float[] Values()
    {
        var random = new Random(1);
        var values = new float[Length];
        for (var i = 0; i < values.Length; i++)
            values[i] = (float)PlainGaussian(random);
        return values;
    }

    private static double s_read;

    private static void Read(float[] values)
    {
        // Four sums, so that the memory is waited for and not the additions.
        var vectors = System.Runtime.InteropServices.MemoryMarshal.Cast<float, System.Numerics.Vector<float>>(values);
        System.Numerics.Vector<float> a = default, b = default, c = default, d = default;
        for (var i = 0; i + 3 < vectors.Length; i += 4)
        {
            a += vectors[i];
            b += vectors[i + 1];
            c += vectors[i + 2];
            d += vectors[i + 3];
        }

        s_read += System.Numerics.Vector.Sum(a + b + (c + d));
    }

    private static double Median(Action action, Action? prepare = null)
    {
        const int Runs = 41;
        var seconds = new List<double>();
        for (var run = -20; run < Runs; run++)
        {
            prepare?.Invoke();
            var watch = Stopwatch.StartNew();
            action();
            if (run >= 0)
                seconds.Add(watch.Elapsed.TotalSeconds);
        }

        seconds.Sort();
        return seconds[Runs / 2];
    }

    private static void Report(string what, double seconds, double bytes) =>
        Console.WriteLine($"{what,-40} {1e3 * seconds,9:F2} ms  {bytes / seconds / 1e9,8:F1} GB/s");
}
