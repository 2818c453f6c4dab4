using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Cohort.Brokers;
using Cohort.Clustering.RabbitMq;

namespace Cohort.Benchmarks.Broker;

/// <summary>
/// What Cohort's layer costs on top of the bare RabbitMQ client: round trips between two connections, measured in turns, both with
/// publisher confirms and acknowledged in the same way. Goal: at least 0.8 times the bare client's rate (25 % on top).
/// </summary>
public static class BrokerBenchmarks
{
    private const double Goal = 1 / 1.25;
    private const int Small = 100;
    private const int Medium = 64 << 10;
    private const int Large = 1 << 20;

    /// <summary>
    /// Options: --broker amqp://user:password@host:port/vhost; --seconds N for each measurement; --turns N; --json. Or the word
    /// <c>large</c>, for <see cref="LargeModels"/>.
    /// </summary>
    public static async Task<int> Run(string[] options)
    {
        switch (options)
        {
            case ["large"]:
                return await LargeModels.RunAsync();
            case ["take", var address]:
                return await LargeModels.TakeAsync(new Uri(address));
        }

        var seconds = double.Parse(Option("--seconds") ?? "2", CultureInfo.InvariantCulture);
        var turns = int.Parse(Option("--turns") ?? "5", CultureInfo.InvariantCulture);
        var given = Option("--broker");
        await using var broker = given is null ? await PrivateBroker.StartAsync() : null;
        var connection = broker is null ? Parse(new Uri(given!)) : new RabbitOptions
        {
            Uri = broker.Uri,
            User = PrivateBroker.User,
            Password = PrivateBroker.Password,
        };
        await using var layer = await LayerEcho.StartAsync(connection);
        await using var bare = await BareEcho.StartAsync(connection);
        List<Measurement> measurements = [];
        foreach (var (name, inFlight, bytes) in new[]
        {
            ("ask 100 B, 1 in flight", 1, Small), ("ask 100 B, 16 in flight", 16, Small),
            ("ask 100 B, 256 in flight", 256, Small), ("echo 64 KiB, 16 in flight", 16, Medium),
            ("echo 1 MiB, 4 in flight", 4, Large),
        })
        {
            measurements.AddRange(await CompareAsync(name, inFlight, bytes, layer, bare, turns, seconds));
        }

        if (options.Contains("--json", StringComparer.Ordinal))
        {
            Console.WriteLine(JsonSerializer.Serialize(new { machine = Machine.Description, measurements }, JsonSerializerOptions.Web));
            return 0;
        }

        Console.WriteLine(Machine.Description);
        foreach (var measurement in measurements)
        {
            Console.WriteLine(measurement);
        }

        return 0;

        string? Option(string name) => options.SkipWhile(option => !string.Equals(option, name, StringComparison.Ordinal)).ElementAtOrDefault(1);
    }

    private static RabbitOptions Parse(Uri uri)
    {
        var user = uri.UserInfo.Split(':', 2);
        return new()
        {
            Uri = new Uri(uri.GetLeftPart(UriPartial.Authority).Replace(uri.UserInfo + "@", "", StringComparison.Ordinal)),
            User = Uri.UnescapeDataString(user[0]),
            Password = Uri.UnescapeDataString(user[^1]),
            VirtualHost = uri.AbsolutePath.Trim('/') is { Length: > 0 } host ? Uri.UnescapeDataString(host) : "cohort",
        };
    }

    private static async Task<Measurement[]> CompareAsync(
        string name, int inFlight, int bytes, IEcho layer, IEcho bare, int turns, double seconds)
    {
        List<double> layers = [], bares = [];
        for (var turn = 0; turn <= turns; turn++)
        {
            var (ours, theirs) = (await RateAsync(layer, inFlight, bytes, seconds), await RateAsync(bare, inFlight, bytes, seconds));
            if (turn > 0) // the first warms up
            {
                layers.Add(ours);
                bares.Add(theirs);
            }
        }

        var (unit, scale) = bytes == Small ? ("1/s", 1.0) : ("MB/s", bytes / 1e6);
        return
        [
            new Measurement($"{name}: Cohort", unit, [.. layers.Select(rate => rate * scale)], 0),
            new Measurement($"{name}: bare client", unit, [.. bares.Select(rate => rate * scale)], 0),
            new Measurement($"{name}: ratio", "", [.. layers.Zip(bares, (ours, theirs) => ours / theirs)], Goal),
        ];
    }

    private static async Task<double> RateAsync(IEcho echo, int inFlight, int bytes, double seconds)
    {
        var clock = Stopwatch.StartNew();
        var done = await Task.WhenAll(Enumerable.Range(0, inFlight).Select(_ => Task.Run(async () =>
        {
            var count = 0;
            while (clock.Elapsed.TotalSeconds < seconds)
            {
                await echo.AskAsync(bytes);
                count++;
            }

            return count;
        })));
        return done.Sum() / clock.Elapsed.TotalSeconds;
    }
}

/// <summary>Sends so many bytes to the other side and gets them back.</summary>
internal interface IEcho : IAsyncDisposable
{
    Task AskAsync(int bytes);
}
