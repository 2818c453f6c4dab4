using System.Diagnostics;
using System.Globalization;

namespace Cohort.Benchmarks.Torch;

/// <summary>
/// Training speed of the four-convolution network (32-64-128-128 channels, GroupNorm, 48x48 grey images) on this engine.
/// throughput.py is the same on PyTorch, throughput.sh runs both in turn.
/// </summary>
public static class Throughput
{
    private const int Side = 48;
    private const int Classes = 7;

    /// <param name="args">
    /// <c>train THREADS BATCH STEPS</c> (one network with so many threads),
    /// <c>slots SLOTS BATCH STEPS</c> (so many networks side by side, one thread each), or <c>tiny STEPS</c>
    /// (logistic regression on 784 features, batches of 10). Prints one figure: images/s, or microseconds a step.
    /// </param>
    public static int Run(string[] args)
    {
        var figure = args switch
        {
            ["train", var threads, var batch, var steps] => Train(Number(threads), Number(batch), Number(steps)),
            ["slots", var slots, var batch, var steps] => Slots(Number(slots), Number(batch), Number(steps)),
            ["tiny", var steps] => Tiny(Number(steps)),
            _ => double.NaN,
        };
        if (double.IsNaN(figure))
        {
            Console.Error.WriteLine("usage: throughput train THREADS BATCH STEPS | slots SLOTS BATCH STEPS | tiny STEPS");
            return 2;
        }

        Console.WriteLine(figure.ToString("F1", CultureInfo.InvariantCulture));
        return 0;
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static double Train(int threads, int batch, int steps)
    {
        torch.set_num_threads(threads);
        return batch * steps / TrainingTime(batch, steps, ready: null).TotalSeconds;
    }

    /// <summary>Images/s of all slots together, from when all are warm until the last is done.</summary>
    private static double Slots(int slots, int batch, int steps)
    {
        using var ready = new Barrier(slots + 1);
        var threads = Enumerable.Range(0, slots).Select(_ => new Thread(() =>
        {
            torch.set_num_threads(1);
            TrainingTime(batch, steps, ready);
        })).ToArray();
        foreach (var thread in threads) thread.Start();
        ready.SignalAndWait();
        var watch = Stopwatch.StartNew();
        foreach (var thread in threads) thread.Join();
        return slots * batch * steps / watch.Elapsed.TotalSeconds;
    }

    private static TimeSpan TrainingTime(int batch, int steps, Barrier? ready)
    {
        torch.manual_seed(1);
        using var scope = NewDisposeScope();
        using var network = FourConvolutions();
        using var optimizer = torch.optim.SGD(network.parameters(), 0.01, momentum: 0.9);
        var images = torch.randn([batch, 1, Side, Side]);
        var labels = torch.tensor(Enumerable.Range(0, batch).Select(i => (long)(i % Classes)).ToArray());

        void Step()
        {
            using var step = NewDisposeScope();
            optimizer.zero_grad();
            functional.cross_entropy(network.call(images), labels).backward();
            optimizer.step();
        }

        for (var i = 0; i < 3; i++) Step();
        ready?.SignalAndWait();
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < steps; i++) Step();
        return watch.Elapsed;
    }

    private static double Tiny(int steps)
    {
        torch.set_num_threads(1);
        torch.manual_seed(1);
        using var scope = NewDisposeScope();
        using var layer = Linear(784, 10);
        using var optimizer = torch.optim.SGD(layer.parameters(), 0.03);
        var inputs = torch.rand([10, 784]);
        var labels = torch.tensor(Enumerable.Range(0, 10).Select(i => (long)i).ToArray());

        void Step()
        {
            using var step = NewDisposeScope();
            optimizer.zero_grad();
            functional.cross_entropy(layer.call(inputs), labels).backward();
            optimizer.step();
        }

        for (var i = 0; i < 500; i++) Step();
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < steps; i++) Step();
        return watch.Elapsed.TotalMicroseconds / steps;
    }

    private static Sequential FourConvolutions()
    {
        var layers = new List<Module<Tensor, Tensor>>();
        var channels = 1L;
        foreach (var width in new long[] { 32, 64, 128, 128 })
        {
            layers.AddRange([Conv2d(channels, width, 3, padding: 1), GroupNorm(8, width), ReLU(), MaxPool2d(2)]);
            channels = width;
        }

        return Sequential([.. layers, Flatten(), Linear(channels * 3 * 3, 256), ReLU(), Linear(256, Classes)]);
    }
}
