using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Cohort.Model.Plans;
using Cohort.Seed.Api;

namespace Cohort.Seed.Host.Tests;

/// <summary>
/// A real seed that is a cluster of its own, on a free loopback port, with its ledger, models and a node; and clients of it.
/// </summary>
internal sealed class RunningSeed : IAsyncDisposable
{
    public const string Viewer = "viewer-token-for-tests";
    public const string Researcher = "researcher-token-for-tests";
    public const string Operator = "operator-token-for-tests";
    public const string Enrolment = "enrolment-token-for-tests";
    public const string NodePassword = "password-of-the-node-role";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly SeedHost _host;

    private RunningSeed(SeedHost host, StringWriter console)
    {
        _host = host;
        Console = console;
    }

    public StringWriter Console { get; }

    public Uri SecureAddress => _host.SecureAddress;

    public static Task<RunningSeed> Start(string home) => Start(OptionsIn(home));

    public static async Task<RunningSeed> Start(SeedHostOptions options)
    {
        var console = new StringWriter();
        return new(await SeedHost.Start(options, TextWriter.Synchronized(console)), console);
    }

    /// <summary>Until it ends of its own accord.</summary>
    public Task UntilStopped() => _host.UntilStopped().WaitAsync(Patience);

    public static SeedHostOptions OptionsIn(string home) => SeedHostOptions.Settings.Read(
    [
        "--engine", "local", "--member", "seed-1", "--listen", "http://127.0.0.1:0", "--slots", "2", "--home", home,
        "--tokens-viewer-file", File(home, "viewer", "sha256:" + Convert.ToHexString(Api.ApiTokens.HashOf(Viewer))),
        "--tokens-researcher-file", File(home, "researcher", Researcher),
        "--tokens-operator-file", File(home, "operator", Operator),
        "--enrolment-token-file", File(home, "enrolment", Enrolment),
        "--enrolment-password-file", File(home, "password", NodePassword),
        "--enrolment-broker-uri", "amqp://127.0.0.1:5672",
    ]);

    /// <summary>Six students, two groups, faces drawn on the spot: rounds of a few milliseconds.</summary>
    public static Plan PlanOf(int rounds) => new()
    {
        Name = "spec",
        Network = "logistic",
        Data = new() { Avatars = new() { SamplesPerStudent = 5, TestStudents = 1 } },
        Students = new() { Count = 6, Partition = PartitionKind.ByPerson },
        Groups = new() { Count = 2 },
        Rounds = new() { Count = rounds },
    };

    public HttpClient Client(string? token)
    {
        var client = new HttpClient { BaseAddress = _host.Address, Timeout = Patience };
        client.DefaultRequestHeaders.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    public async Task<RunState> Train(Plan plan, bool fresh = false)
    {
        using var client = Client(Researcher);
        using var answer = await client.PostAsJsonAsync(
            ApiRoutes.Runs, new NewRun(plan.ToCanonicalJson(), Fresh: fresh), ApiJson.Default.NewRun);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync(ApiJson.Default.RunState))!;
    }

    public async Task<T> Get<T>(string path, JsonTypeInfo<T> json, string token = Viewer)
    {
        using var client = Client(token);
        return (await client.GetFromJsonAsync(path, json))!;
    }

    public async Task<(HttpStatusCode Status, Problem Problem)> Refused(HttpMethod method, string path, string? token, object? body = null)
    {
        using var client = Client(token);
        using var request = new HttpRequestMessage(method, path);
        request.Content = body is null ? null : JsonContent.Create(body, ApiJson.Default.GetTypeInfo(body.GetType())!);
        using var answer = await client.SendAsync(request);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        return (answer.StatusCode, (await answer.Content.ReadFromJsonAsync(ApiJson.Default.Problem))!);
    }

    /// <summary>All events of a run from now to its end.</summary>
    public async Task<List<RunNews>> Watch(string run)
    {
        using var client = Client(Viewer);
        using var patience = new CancellationTokenSource(Patience);
        await using var stream = await client.GetStreamAsync($"{ApiRoutes.Runs}/{run}/events", patience.Token);
        using var lines = new StreamReader(stream);
        var news = new List<RunNews>();
        while (await lines.ReadLineAsync(patience.Token) is { } line)
        {
            if (line.StartsWith("data: ", StringComparison.Ordinal))
            {
                news.Add(JsonSerializer.Deserialize(line[6..], ApiJson.Default.RunNews)!);
            }
        }

        return news;
    }

    public async ValueTask DisposeAsync() => await _host.DisposeAsync();

    private static string File(string home, string name, string content)
    {
        var path = Path.Combine(home, name + ".secret");
        System.IO.File.WriteAllText(path, content + "\n");
        return path;
    }
}
