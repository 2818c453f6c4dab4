using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Cohort.Seed.Api;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Cohort.Pbm.Tests.Remote;

/// <summary>A real HTTP peer on loopback that serves the contract's records from memory, and can be told to misbehave.</summary>
internal sealed class MemorySeed : IAsyncDisposable
{
    public const string Token = "t0ken-of-an-operator";

    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);
    private static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    private readonly WebApplication _app;
    private readonly ConcurrentQueue<string> _asked = new();

    private MemorySeed(WebApplication app) => _app = app;

    public static byte[] ModelBytes { get; } = Encoding.ASCII.GetBytes("as good as any model");

    public static string Model { get; } = Convert.ToHexStringLower(SHA256.HashData(ModelBytes));

    public string Url => _app.Urls.Single();

    /// <summary>Method, path and body of all that was asked.</summary>
    public IReadOnlyCollection<string> Asked => _asked;

    /// <summary>Answers instead of the API; true if it has.</summary>
    public Func<HttpContext, Task<bool>> Misbehave { get; set; } = _ => Task.FromResult(false);

    public RunState Run { get; set; } = new(
        "quick-1", "quick", 7, "running", 0, 3, Model, null, null, null, "not accounted", null, Noon);

    public List<RoundState> Rounds { get; } = [];

    /// <summary>What the stream of a run's events does.</summary>
    public Func<MemorySeed, HttpContext, Task> Events { get; set; } = (seed, http) => seed.TrainToTheEnd(http, from: 1);

    public static async Task<MemorySeed> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var seed = new MemorySeed(app);
        app.Run(seed.Answer);
        await app.StartAsync();
        return seed;
    }

    public async ValueTask DisposeAsync()
    {
        using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        await _app.StopAsync(soon.Token);
        await _app.DisposeAsync();
    }

    public static async Task Send<T>(HttpContext http, T happened)
    {
        await http.Response.WriteAsync($"data: {JsonSerializer.Serialize(happened, Web)}\n\n");
        await http.Response.Body.FlushAsync();
    }

    public static Task Refuse(HttpContext http, int status, string title)
    {
        http.Response.StatusCode = status;
        return http.Response.WriteAsJsonAsync(new Problem(title, status), Web, "application/problem+json");
    }

    /// <summary>Finishes a round without telling anybody.</summary>
    public RoundState Finish(int round)
    {
        var (accuracy, loss) = round == 3 ? (0.75, 0.5) : ((double?)null, (double?)null);
        var finished = new RoundState(round, Model, Model, [0, 1, 2], [3], [], accuracy, loss, 1.75, 1.5, 0.25);
        Rounds.Add(finished);
        Run = Run with { Rounds = round };
        return finished;
    }

    public async Task TrainToTheEnd(HttpContext http, int from)
    {
        for (var round = from; round <= Run.PlannedRounds; round++)
        {
            await Send(http, new RunNews(Run.Run, "roundStarted", round, Asked: 4));
            await Send(http, new RunNews(Run.Run, "studentReported", round, Reported: 1));
            await Send(http, new RunNews(Run.Run, "roundFinished", round, Finished: Finish(round)));
        }

        Run = Run with { Status = "finished", Accuracy = 0.75, MacroF1 = 0.7, LossTest = 0.5 };
        await Send(http, new RunNews(Run.Run, "finished", 0, State: Run));
    }

    private async Task Answer(HttpContext http)
    {
        using var body = new StreamReader(http.Request.Body);
        var (method, path, query) = (http.Request.Method, http.Request.Path, http.Request.QueryString);
        _asked.Enqueue($"{method} {path}{query} {await body.ReadToEndAsync()}".TrimEnd());
        if (await Misbehave(http))
        {
            return;
        }

        var asked = $"{http.Request.Method} {http.Request.Path}"
            .Replace(Model, "MODEL", StringComparison.Ordinal)
            .Replace(Run.Run, "RUN", StringComparison.Ordinal);
        var from = int.TryParse(http.Request.Query["offset"], CultureInfo.InvariantCulture, out var offset) ? offset : 0;
        const string run = ApiRoutes.Runs + "/RUN";
        ClusterMember[] members =
        [
            new("seed-1", "seed", 0, "a1", false),
            new("node-1", "node", 2, "b2", false, new MemberWork(1, 7, 40, 2, 3 << 20, 5 << 20, 4 << 20, 6, 8, 9)),
        ];
        var model = new ModelState(Model, "cnn2-small", Run.Run, 3, 5, ModelBytes.Length);
        object? answer = asked switch
        {
            $"GET {ApiRoutes.Cluster}" => new ClusterState(
                "seed-1",
                true,
                members,
                Run.Status is "running" ? Run : null,
                new RoundProgress("training", 2, 1.25, 12, 5),
                new Dictionary<string, double>(StringComparer.Ordinal) { ["cohort_nodes"] = 1 }),
            $"GET {ApiRoutes.Nodes}" => members[1..],
            $"POST {ApiRoutes.Nodes}/node-1/drain" or $"POST {ApiRoutes.Nodes}/node-1/leave" => new Affected(1),
            $"POST {ApiRoutes.Runs}" => Run,
            $"GET {ApiRoutes.Runs}" => new[] { Run },
            $"GET {ApiRoutes.Models}" => new[] { model },
            $"GET {ApiRoutes.DeadLetters}" => new[]
            {
                new DeadLetterState("TrainStudents", "redelivered 3 times", "dead-letters", "leader g0", "quick-1", 2, 512, Noon),
            },
            $"POST {ApiRoutes.DeadLetters}/replay" => new Affected(1),
            $"DELETE {ApiRoutes.DeadLetters}" => new Affected(2),
            $"GET {run}" => Run,
            $"POST {run}/stop" => Run,
            $"GET {run}/rounds" => Rounds.Skip(from).Take(1_000),
            $"POST {run}/rounds/2/replay" => new ReplayedRound(2, Model, Model),
            $"POST {run}/rounds/3/replay" => new ReplayedRound(3, Model, new string('0', 64)),
            $"GET {run}/groups" => new[] { new GroupState(0, 3, 48, 0.01), new GroupState(1, 3, 48, 0.02) },
            $"GET {run}/students" => new[] { new StudentState(0, 1, 16, 3, 0, 0, false) },
            $"GET {run}/students/0" => new StudentState(0, 1, 16, 3, 0, 0, false),
            $"GET {ApiRoutes.Models}/MODEL" => model,
            _ => null,
        };

        if (answer is not null)
        {
            await http.Response.WriteAsJsonAsync(answer, Web);
        }
        else if (asked is $"GET {ApiRoutes.Models}/MODEL/file")
        {
            await http.Response.Body.WriteAsync(ModelBytes);
        }
        else if (asked is $"GET {run}/events")
        {
            await Stream(http, () => Events(this, http));
        }
        else if (asked is $"GET {ApiRoutes.Logs}")
        {
            await Stream(http, () => Send(http, new LogLine(Noon, "Warning", "node-1", "Slots", "A slot \u001b[31mfailed.")));
        }
        else
        {
            await Refuse(http, 404, $"There is no {http.Request.Path}; GET /api/v1/runs lists runs.");
        }
    }

    private static async Task Stream(HttpContext http, Func<Task> send)
    {
        http.Response.ContentType = "text/event-stream";
        await http.Response.Body.FlushAsync();
        await send();
    }
}
