using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Cohort.Brokers;
using Cohort.Hosting;
using Cohort.Model.Plans;
using Cohort.Seed.Api;
using Cohort.Seed.Host;

namespace Cohort.Nodes.Host.Tests;

/// <summary>A real broker, a seed and nodes of it, all on loopback.</summary>
public sealed class NodeHostTests : IDisposable
{
    private const string Token = "operator-token-for-tests";
    private const string EnrolmentToken = "enrolment-token-for-tests";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly string _home = Directory.CreateTempSubdirectory("cohort-node-").FullName;

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [Fact]
    public async Task Nodes_that_enrol_train_the_model_that_a_seed_alone_trains_and_one_leaves_by_order()
    {
        await using var broker = await PrivateBroker.StartAsync();
        await using var seed = await SeedHost.Start(Seed("rabbitmq", broker.Uri), TextWriter.Null);
        await using var first = await NodeHost.Start(Node("node-1", seed.Address), TextWriter.Null);
        await using var second = await NodeHost.Start(Node("node-2", seed.Address), TextWriter.Null);
        using var client = Client(seed);
        (await Nodes(client, count: 2)).Select(node => node.Name).ShouldBe(["node-1", "node-2"]);
        (await Status(first, "/health/ready")).ShouldBe(HttpStatusCode.OK);

        var together = await Train(client);

        await using var alone = await SeedHost.Start(Seed("local", broker: null), TextWriter.Null);
        using var other = Client(alone);
        together.ShouldBe(await Train(other));

        using var order = await client.PostAsync($"{ApiRoutes.Nodes}/node-2/leave", content: null);
        order.StatusCode.ShouldBe(HttpStatusCode.OK);
        await second.UntilStopped().WaitAsync(Patience);
        await second.DisposeAsync();
        (await Nodes(client, count: 1)).Single().Name.ShouldBe("node-1");
    }

    [Fact]
    public async Task What_a_node_does_and_logs_is_seen_at_the_seed()
    {
        await using var broker = await PrivateBroker.StartAsync();
        await using var seed = await SeedHost.Start(Seed("rabbitmq", broker.Uri), TextWriter.Null);
        await using var node = await NodeHost.Start(Node("node-1", seed.Address), TextWriter.Null);
        using var client = Client(seed);
        await Nodes(client, count: 1);

        await Train(client);

        MemberWork? work = null;
        await Until(async () => (work = (await Nodes(client, count: 1)).Single().Work) is { StudentsTrained: >= 18 });
        work!.UpdateBytes.ShouldBeGreaterThan(0);
        work.BytesIn.ShouldBeGreaterThan(0);
        var logs = await client.GetStringAsync(new Uri($"{ApiRoutes.Logs}?follow=false&tail=1000", UriKind.Relative));
        logs.ShouldContain("Node node-1 is in; slots: 1.");
    }

    [Fact]
    public async Task A_drained_node_stays_and_is_not_ready()
    {
        await using var broker = await PrivateBroker.StartAsync();
        await using var seed = await SeedHost.Start(Seed("rabbitmq", broker.Uri), TextWriter.Null);
        await using var node = await NodeHost.Start(Node("node-1", seed.Address), TextWriter.Null);
        using var client = Client(seed);
        await Nodes(client, count: 1);

        using var order = await client.PostAsync($"{ApiRoutes.Nodes}/node-1/drain", content: null);
        await Until(async () => await Status(node, "/health/ready") == HttpStatusCode.ServiceUnavailable);
        (await Status(node, "/health/live")).ShouldBe(HttpStatusCode.OK);
        (await Nodes(client, count: 1)).Single().Draining.ShouldBeTrue();
    }

    [Fact]
    public async Task A_broker_that_is_not_there_is_a_temporary_failure()
    {
        var options = NodeHostOptions.Settings.Read(
        [
            "--broker-uri", "amqp://127.0.0.1:1", "--broker-user", "node", "--broker-password-file", File("pw", "secret-of-a-node"),
            "--start-deadline", "2s", "--listen", "http://127.0.0.1:0", "--data-folder", _home,
        ]);
        var failure = await Should.ThrowAsync<TemporaryFailureException>(async () =>
        {
            await using var node = await NodeHost.Start(options, TextWriter.Null);
        });
        failure.Message.ShouldContain("127.0.0.1");
        failure.Message.ShouldNotContain("secret-of-a-node");
    }

    [Fact]
    public async Task A_wrong_enrolment_token_is_a_matter_of_configuration()
    {
        await using var seed = await SeedHost.Start(Seed("local", broker: null), TextWriter.Null);
        var options = NodeHostOptions.Settings.Read(
        [
            "--enrolment-seed", seed.Address.GetLeftPart(UriPartial.Authority),
            "--enrolment-token-file", File("wrong", "a-token-of-somebody-else"),
            "--listen", "http://127.0.0.1:0", "--data-folder", _home,
        ]);
        (await Should.ThrowAsync<ConfigurationException>(() => NodeHost.Start(options, TextWriter.Null)))
            .Message.ShouldContain("Enrolment:TokenFile");
    }

    private static async Task Until(Func<Task<bool>> holds)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await holds())
        {
            TimeProvider.System.GetElapsedTime(started).ShouldBeLessThan(Patience);
            await Task.Delay(50);
        }
    }

    private static async Task<string> Train(HttpClient client)
    {
        var plan = new Plan
        {
            Name = "spec",
            Network = "logistic",
            Data = new() { Avatars = new() { SamplesPerStudent = 5, TestStudents = 1 } },
            Students = new() { Count = 6, Partition = PartitionKind.ByPerson },
            Groups = new() { Count = 2 },
            Rounds = new() { Count = 3 },
        };
        using var answer = await client.PostAsJsonAsync(
            ApiRoutes.Runs, new NewRun(plan.ToCanonicalJson()), ApiJson.Default.NewRun);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        var run = (await answer.Content.ReadFromJsonAsync(ApiJson.Default.RunState))!.Run;
        _ = await client.GetStringAsync($"{ApiRoutes.Runs}/{run}/events"); // ends with the run
        var ended = (await client.GetFromJsonAsync($"{ApiRoutes.Runs}/{run}", ApiJson.Default.RunState))!;
        ended.Status.ShouldBe("finished", ended.Reason);
        var rounds = (await client.GetFromJsonAsync($"{ApiRoutes.Runs}/{run}/rounds", ApiJson.Default.IReadOnlyListRoundState))!;
        rounds.ShouldAllBe(round => round.Participants.Count == 6);
        return ended.Model;
    }

    private static async Task<IReadOnlyList<ClusterMember>> Nodes(HttpClient client, int count)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var state = (await client.GetFromJsonAsync(ApiRoutes.Nodes, ApiJson.Default.IReadOnlyListClusterMember))!;
            if (state.Count == count || TimeProvider.System.GetElapsedTime(started) > Patience)
            {
                state.Count.ShouldBe(count);
                return state;
            }

            await Task.Delay(50);
        }
    }

    private static async Task<HttpStatusCode> Status(NodeHost node, string path)
    {
        using var client = new HttpClient { BaseAddress = node.Address };
        using var answer = await client.GetAsync(path);
        return answer.StatusCode;
    }

    private static HttpClient Client(SeedHost seed)
    {
        var client = new HttpClient { BaseAddress = seed.Address, Timeout = Patience };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        return client;
    }

    private SeedHostOptions Seed(string cluster, Uri? broker) => SeedHostOptions.Settings.Read(
    [
        "--engine", cluster, "--member", "seed-1", "--listen", "http://127.0.0.1:0", "--slots", "2",
        "--home", Path.Combine(_home, cluster),
        "--tokens-operator-file", File("operator", Token),
        "--enrolment-token-file", File("enrolment", EnrolmentToken),
        "--enrolment-user", PrivateBroker.User,
        "--enrolment-password-file", File("password", PrivateBroker.Password),
        "--broker-uri", broker?.ToString().TrimEnd('/') ?? "amqp://127.0.0.1:1",
        "--broker-virtual-host", PrivateBroker.VirtualHost,
        "--broker-user", PrivateBroker.User,
        "--broker-password-file", File("password", PrivateBroker.Password),
    ]);

    private NodeHostOptions Node(string name, Uri seed) => NodeHostOptions.Settings.Read(
    [
        "--member", name, "--listen", "http://127.0.0.1:0", "--slots", "1", "--data-folder", Path.Combine(_home, name),
        "--enrolment-seed", seed.GetLeftPart(UriPartial.Authority), "--enrolment-token-file", File("enrolment", EnrolmentToken),
    ]);

    private string File(string name, string content)
    {
        var path = Path.Combine(_home, name + ".secret");
        System.IO.File.WriteAllText(path, content + "\n");
        return path;
    }
}
