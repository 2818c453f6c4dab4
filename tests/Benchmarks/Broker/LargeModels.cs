using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Cohort.Brokers;
using Cohort.Clustering.RabbitMq;
using Cohort.Messages;

namespace Cohort.Benchmarks.Broker;

/// <summary>
/// A model of 200 MB from one process to another through a real broker: speed, how far the memory of all three rises, and
/// whether heartbeats come in time while models flow as fast as they can.
/// </summary>
internal static class LargeModels
{
    private const int Large = 200_000_000;
    private const int Turns = 5;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Flood = TimeSpan.FromSeconds(30);

    public static async Task<int> RunAsync()
    {
        await using var broker = await PrivateBroker.StartAsync();
        float[][] models = [.. new[] { 1 << 20, 4 << 20, 16 << 20, 64 << 20, Large }.Select(Parameters)];
        using var receiver = StartReceiver(broker.Uri);
        try
        {
            await using var sender = await LargeMember.JoinAsync("large-sender", OptionsOf(broker.Uri));
            var seen = new BlockingCollection<FetchModel>();
            sender.On<FetchModel>(LargeMember.Seen, seen.Add);
            await UntilAsync(() => sender.Cluster.Members.Count == 2, receiver); // a member is seen when its queues are there
            Console.WriteLine(Machine.Description);
            Send(sender, seen, models[0]); // warms up
            var memory = PeakMemory.Of(PeakMemory.LargestIn(broker.ProcessId!.Value));
            for (var turn = 1; turn <= Turns; turn++)
            {
                OneModel(sender, seen, memory, models[^1], turn);
            }

            Flow(sender, seen, memory, models);
            sender.Cluster.Publish(LargeMember.Watch, new FetchModel());
            await receiver.WaitForExitAsync(new CancellationTokenSource(TimeSpan.FromSeconds(30)).Token);
            return receiver.ExitCode;
        }
        finally
        {
            if (!receiver.HasExited)
            {
                receiver.Kill();
            }
        }
    }

    /// <summary>The other process: <c>broker take URI</c>.</summary>
    public static async Task<int> TakeAsync(Uri broker)
    {
        await using var receiver = await LargeMember.JoinAsync("large-receiver", OptionsOf(broker));
        await receiver.TakeAsync(Patience);
        return 0;
    }

    private static void OneModel(LargeMember sender, BlockingCollection<FetchModel> seen, PeakMemory broker, float[] parameters, int turn)
    {
        LookAnew(sender, seen, broker);
        var started = Stopwatch.GetTimestamp();
        var there = Send(sender, seen, parameters);
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var here = sender.Sight;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"200 MB model, turn {turn}: {Large / seconds / 1e6:0} MB/s; memory was up by {here.Growth / 1e6:0} MB in the sender (who has the "
            + $"model), {there.Growth / 1e6:0} MB in the receiver (who gets it), {broker.Growth / 1e6:0} MB in the broker"));
    }

    /// <summary>Models of all sizes, two under way at any time.</summary>
    private static void Flow(LargeMember sender, BlockingCollection<FetchModel> seen, PeakMemory broker, float[][] models)
    {
        LookAnew(sender, seen, broker);
        var clock = Stopwatch.StartNew();
        var (underWay, bytes, count) = (0, 0L, 0);
        var there = default(Sight);
        while (clock.Elapsed < Flood || underWay > 0)
        {
            if (underWay < 2 && clock.Elapsed < Flood)
            {
                Publish(sender, models[count % models.Length]);
                bytes += 4L * models[count++ % models.Length].Length;
                underWay++;
                continue;
            }

            there = Take(seen);
            underWay--;
        }

        var here = sender.Sight;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"1 MiB to 200 MB without a pause for {Flood.TotalSeconds:0} s: {count} models, {bytes / clock.Elapsed.TotalSeconds / 1e6:0} MB/s; longest "
            + $"heartbeat gap {Milliseconds(here.Gap)} in the sender and {Milliseconds(there.Gap)} in the receiver, with a heartbeat every "
            + $"second and five to be taken for lost; taken for lost: {here.Lost + there.Lost}; memory was up by {here.Growth / 1e6:0}, "
            + $"{there.Growth / 1e6:0} and {broker.Growth / 1e6:0} MB (sender, receiver, broker)"));
    }

    private static void LookAnew(LargeMember sender, BlockingCollection<FetchModel> seen, PeakMemory broker)
    {
        sender.Cluster.Publish(LargeMember.Watch, new FetchModel { Run = "look" });
        Take(seen);
        sender.LookAnew();
        broker.LookAnew();
    }

    private static Sight Send(LargeMember sender, BlockingCollection<FetchModel> seen, float[] parameters)
    {
        Publish(sender, parameters);
        return Take(seen);
    }

    private static void Publish(LargeMember sender, float[] parameters)
        => sender.Cluster.Publish(LargeMember.Models, new ModelVersion { Run = "bench", Model = "m", Parameters = Tensors.Wrap(parameters) });

    private static Sight Take(BlockingCollection<FetchModel> seen)
        => seen.TryTake(out var word, Patience)
            ? Sight.Parse(word.Model)
            : throw new TimeoutException($"The receiver has said nothing for {Patience.TotalMinutes:0} minutes.");

    private static float[] Parameters(int bytes)
    {
        var parameters = new float[bytes / sizeof(float)];
        for (var i = 0; i < parameters.Length; i++)
        {
            parameters[i] = i * 1e-3f;
        }

        return parameters;
    }

    private static string Milliseconds(TimeSpan time) => time.TotalMilliseconds.ToString("0 'ms'", CultureInfo.InvariantCulture);

    private static RabbitOptions OptionsOf(Uri broker)
        => new() { Uri = broker, User = PrivateBroker.User, Password = PrivateBroker.Password };

    private static Process StartReceiver(Uri broker)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!);
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) is "dotnet")
        {
            start.ArgumentList.Add(typeof(LargeModels).Assembly.Location);
        }

        foreach (var argument in new[] { "broker", "take", broker.ToString() })
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start)!;
    }

    private static async Task UntilAsync(Func<bool> holds, Process receiver)
    {
        for (var i = 0; i < 600 && !holds(); i++)
        {
            if (receiver.HasExited)
            {
                throw new InvalidOperationException($"The receiver has ended with {receiver.ExitCode}.");
            }

            await Task.Delay(100);
        }
    }
}
