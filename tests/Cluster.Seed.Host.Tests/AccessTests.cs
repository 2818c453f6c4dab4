using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Cohort.Seed.Api;

namespace Cohort.Seed.Host.Tests;

public sealed class AccessTests : IAsyncLifetime
{
    private readonly string _home = Directory.CreateTempSubdirectory("cohort-seed-").FullName;
    private RunningSeed _seed = null!;

    public async Task InitializeAsync() => _seed = await RunningSeed.Start(_home);

    public async Task DisposeAsync()
    {
        await _seed.DisposeAsync();
        Directory.Delete(_home, recursive: true);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("a-token-that-nobody-was-given")]
    public async Task Without_a_known_token_nothing_of_the_api_is_answered(string? token)
        => (await _seed.Refused(HttpMethod.Get, ApiRoutes.Cluster, token)).Status.ShouldBe(HttpStatusCode.Unauthorized);

    [Fact]
    public async Task A_viewer_looks_but_starts_nothing()
    {
        (await _seed.Get(ApiRoutes.Runs, ApiJson.Default.IReadOnlyListRunState, RunningSeed.Viewer)).ShouldBeEmpty();
        var (status, problem) = await _seed.Refused(HttpMethod.Post, ApiRoutes.Runs, RunningSeed.Viewer, new NewRun("{}"));
        status.ShouldBe(HttpStatusCode.Forbidden);
        problem.Title.ShouldContain("researcher");
    }

    [Fact]
    public async Task A_researcher_does_not_touch_dead_letters_or_nodes()
    {
        (await _seed.Refused(HttpMethod.Delete, ApiRoutes.DeadLetters, RunningSeed.Researcher)).Status
            .ShouldBe(HttpStatusCode.Forbidden);
        (await _seed.Refused(HttpMethod.Post, ApiRoutes.Nodes + "/seed-1/drain", RunningSeed.Researcher)).Status
            .ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task An_operator_sees_the_cluster_and_its_figures()
    {
        var state = await _seed.Get(ApiRoutes.Cluster, ApiJson.Default.ClusterState, RunningSeed.Operator);
        state.Seed.ShouldBe("seed-1");
        state.Leading.ShouldBeTrue();
        state.Run.ShouldBeNull();
        state.Members.Single().Slots.ShouldBe(2);
        state.Figures["cohort.seed.leading"].ShouldBe(1);
    }

    [Fact]
    public async Task What_is_not_there_is_answered_with_a_sentence()
    {
        (await _seed.Refused(HttpMethod.Get, ApiRoutes.Runs + "/nobodys", RunningSeed.Viewer)).Problem.Title.ShouldContain("nobodys");
        (await _seed.Refused(HttpMethod.Get, ApiRoutes.Models + "/abcd", RunningSeed.Viewer)).Status.ShouldBe(HttpStatusCode.NotFound);
        (await _seed.Refused(HttpMethod.Get, "/api/v1/nothing", RunningSeed.Viewer)).Status.ShouldBe(HttpStatusCode.NotFound);
        (await _seed.Refused(HttpMethod.Post, ApiRoutes.Nodes + "/ghost/drain", RunningSeed.Operator)).Status
            .ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task The_enrolment_token_and_no_other_opens_the_brokers_credentials()
    {
        (await _seed.Refused(HttpMethod.Post, ApiRoutes.Enrolments, RunningSeed.Operator)).Status
            .ShouldBe(HttpStatusCode.Unauthorized);

        using var client = _seed.Client(RunningSeed.Enrolment);
        using var answer = await client.PostAsync(ApiRoutes.Enrolments, content: null);
        (await answer.Content.ReadFromJsonAsync(ApiJson.Default.Enrolment)).ShouldBe(
            new Enrolment("amqp://127.0.0.1:5672", "cohort", "node", RunningSeed.NodePassword));
        _seed.Console.ToString().ShouldNotContain(RunningSeed.NodePassword);
    }

    [Fact]
    public async Task Health_is_answered_to_everybody()
    {
        using var client = _seed.Client(token: null);
        (await client.GetStringAsync("/health/live")).ShouldBe("live\n");
        (await client.GetStringAsync("/health/ready")).ShouldBe("ready\n");
    }

    [Fact]
    public async Task Metrics_are_lines_that_prometheus_can_read()
    {
        using var client = _seed.Client(token: null);
        var text = await client.GetStringAsync("/metrics");

        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            line.ShouldMatch(@"^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{[a-z_]+=""[^""]*""(,[a-z_]+=""[^""]*"")*\})? -?[0-9.E+-]+)$");
        }

        text.ShouldContain("# TYPE cohort_nodes gauge\ncohort_nodes 1\n");
        text.ShouldContain("cohort_round_phase{phase=\"idle\"} 1\n");
        text.ShouldContain("cohort_slots ");
    }

    [Fact]
    public async Task The_api_describes_itself()
    {
        using var client = _seed.Client(token: null);
        using var document = JsonDocument.Parse(await client.GetStringAsync("/openapi/v1.json"));
        var paths = document.RootElement.GetProperty("paths").EnumerateObject().Select(path => path.Name).ToList();
        paths.Contains("/api/v1/runs/{run}/rounds", StringComparer.Ordinal).ShouldBeTrue();
        document.RootElement.GetProperty("components").GetProperty("schemas").TryGetProperty("RunState", out _).ShouldBeTrue();
    }

    [Fact]
    public async Task The_newest_log_lines_can_be_read()
    {
        using var client = _seed.Client(RunningSeed.Operator);
        var text = await client.GetStringAsync(ApiRoutes.Logs + "?follow=false");
        text.ShouldContain("\"member\":\"seed-1\"");
    }
}
