using System.Text.Json.Nodes;
using Cohort.Pbm.Tests.Processes;

namespace Cohort.Pbm.Tests.Remote;

/// <summary>pbm and a seed that behaves: what it is asked, and what pbm prints of it.</summary>
public sealed class ClusterCommandTests : IAsyncLifetime
{
    private readonly Workplace _place = new();
    private MemorySeed _seed = null!;

    public async Task InitializeAsync() => _seed = await MemorySeed.Start();

    public async Task DisposeAsync()
    {
        await _seed.DisposeAsync();
        _place.Dispose();
    }

    [Theory]
    [InlineData("cluster show", "GET /api/v1/cluster", "node-1")]
    [InlineData("cluster nodes", "GET /api/v1/nodes", "1 node with 2 slots")]
    [InlineData("cluster drain node-1", "POST /api/v1/nodes/node-1/drain", "node-1")]
    [InlineData("cluster leave node-1", "POST /api/v1/nodes/node-1/leave", "node-1")]
    [InlineData("round status", "GET /api/v1/cluster", "0 of 3")]
    [InlineData("round status quick-1", "GET /api/v1/runs/quick-1", "0 of 3")]
    [InlineData("round stop", "POST /api/v1/runs/quick-1/stop", "quick-1")]
    [InlineData("round list", "GET /api/v1/runs?offset=0&limit=1000", "running")]
    [InlineData("round list quick-1", "GET /api/v1/runs/quick-1/rounds?offset=0&limit=1000", "quick-1")]
    [InlineData("round replay 2", "POST /api/v1/runs/quick-1/rounds/2/replay", "the same model")]
    [InlineData("groups show --run quick-1", "GET /api/v1/runs/quick-1/groups", "6 students in 2 groups")]
    [InlineData("student list --offset 5 --limit 9", "GET /api/v1/runs/quick-1/students?offset=5&limit=9", "asked")]
    [InlineData("student show 0 --run quick-1", "GET /api/v1/runs/quick-1/students/0", "3 rounds")]
    [InlineData("model list", "GET /api/v1/models?offset=0&limit=1000", "cnn2-small")]
    [InlineData("dead-letters show", "GET /api/v1/dead-letters?offset=0&limit=1000", "TrainStudents")]
    [InlineData("dead-letters replay", "POST /api/v1/dead-letters/replay", "1 dead letter sent again")]
    [InlineData("dead-letters purge", "DELETE /api/v1/dead-letters", "2 dead letters thrown away")]
    public void A_command_asks_its_route_and_prints_the_answer_for_people_and_for_programs(string line, string asked, string said)
    {
        Does(line.Split(' ')).ShouldContain(said);
        _seed.Asked.ShouldContain(asked, StringComparer.Ordinal);
        JsonNode.Parse(Does([.. line.Split(' '), "--json"]))!.AsObject().Count.ShouldBeGreaterThan(0);
    }

    [Fact]
    public void What_an_operator_watches_is_shown_in_words_and_a_table()
    {
        var said = Does("cluster", "show");

        said.ShouldContain("Round 2, training for 1.2 s: 5 of 12 students reported.");
        said.ShouldContain("Updates sent: 3.0 MiB. Messages that came again: 6, refused: 8, given up as dead letters: 9.");
        said.ShouldContain("Privacy spent (epsilon): not accounted.");
        string.Join(' ', said.Split('\n').Single(line => line.Contains("node-1", StringComparison.Ordinal))
            .Split('│', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            .ShouldBe("node-1 node in 2 1 7 40 2 5.0 MiB 4.0 MiB b2");
    }

    [Fact]
    public void A_run_that_is_waited_for_ends_with_the_figures_of_pbm_run()
    {
        _place.Write("faces.json", Plans.Faces);
        var ended = JsonNode.Parse(Does("round", "start", "faces.json", "--rounds", "3", "--seed", "9", "--wait", "--json"))!;
        ((string)ended["modelHash"]!).ShouldBe(MemorySeed.Model);
        ((int)ended["rounds"]!).ShouldBe(3);
        ((int)ended["participants"]!).ShouldBe(9);
        ((double)ended["accuracy"]!).ShouldBe(0.75);

        var posted = _seed.Asked.Single(each => each.StartsWith("POST /api/v1/runs {", StringComparison.Ordinal));
        var order = JsonNode.Parse(posted[18..])!;
        ((string)order["plan"]!).ShouldBe(Plans.Faces);
        ((int)order["rounds"]!).ShouldBe(3);
        ((int)order["seed"]!).ShouldBe(9);
    }

    [Fact]
    public void A_watched_run_prints_a_line_a_round_and_its_end()
    {
        var said = Does("round", "watch");
        said.ShouldContain("round 1: 3 students, 1 failed, train loss 1.750, 0.25 s");
        said.ShouldContain("round 3: 3 students, 1 failed, train loss 1.750, accuracy 75.0 %, test loss 0.500");
        said.ShouldContain("finished");
    }

    [Fact]
    public void A_stream_that_breaks_is_opened_again_and_no_round_is_left_out_or_shown_twice()
    {
        var opened = 0;
        _seed.Events = async (seed, http) =>
        {
            if (Interlocked.Increment(ref opened) == 1)
            {
                await MemorySeed.Send(http, new RunNewsOf(seed.Finish(1)).News);
                seed.Finish(2); // nobody hears of it
                http.Abort();
                return;
            }

            await MemorySeed.Send(http, new RunNewsOf(seed.Rounds[1]).News);
            await seed.TrainToTheEnd(http, from: 3);
        };
        var outcome = Call([.. "round watch --json".Split(' ')]);
        outcome.ExitCode.ShouldBe(0, outcome.ToString());
        outcome.Error.ShouldContain("Connecting again (1 of 5)");
        outcome.Output.TrimEnd().Split('\n').Select(line => JsonNode.Parse(line)!)
            .Where(news => news["finished"] is not null)
            .Select(news => (int)news["round"]!)
            .ShouldBe([1, 2, 3]);
    }

    [Fact]
    public void A_run_that_fails_is_told_with_its_reason_and_exit_code_1()
    {
        _seed.Events = (seed, http) =>
        {
            seed.Run = seed.Run with { Status = "failed", Reason = "too few students answered" };
            return MemorySeed.Send(http, new Cohort.Seed.Api.RunNews("quick-1", "failed", 0, State: seed.Run));
        };
        Fails(["round", "watch"], 1, "too few students answered");
    }

    [Fact]
    public void Interrupting_the_watching_leaves_the_run_alone()
    {
        using var over = new CancellationTokenSource();
        _seed.Events = async (seed, http) =>
        {
            await MemorySeed.Send(http, new RunNewsOf(seed.Finish(1)).News);
            await Task.Delay(PbmProcess.Patience, over.Token).ContinueWith(_ => { }, TaskScheduler.Default);
        };
        var watching = PbmProcess.Start(_place, "round", "watch", "--cluster", _seed.Url);
        var deadline = DateTime.UtcNow + PbmProcess.Patience;
        while (!watching.Said.Contains("round 1", StringComparison.Ordinal))
        {
            DateTime.UtcNow.ShouldBeLessThan(deadline, watching.Said);
            Thread.Sleep(20);
        }

        watching.Interrupt();
        var outcome = watching.WaitForExit();
        over.Cancel();
        outcome.ExitCode.ShouldBe(130, outcome.ToString());
        outcome.Error.ShouldContain("The run goes on.");
        _seed.Asked.ShouldNotContain("POST /api/v1/runs/quick-1/stop", StringComparer.Ordinal);
    }

    [Fact]
    public void A_replay_that_gives_another_model_ends_with_exit_code_1()
        => Call("round", "replay", "3").ExitCode.ShouldBe(1);

    [Fact]
    public void A_model_is_fetched_and_has_its_hash()
    {
        Does("model", "get", MemorySeed.Model[..8], "--output", "got.safetensors");
        File.ReadAllBytes(_place.PathOf("got.safetensors")).ShouldBe(MemorySeed.ModelBytes);
    }

    [Fact]
    public void A_model_that_is_damaged_on_its_way_is_not_kept()
    {
        _seed.Misbehave = async http =>
        {
            if (!http.Request.Path.Value!.EndsWith("/file", StringComparison.Ordinal))
            {
                return false;
            }

            await http.Response.Body.WriteAsync(MemorySeed.ModelBytes.AsMemory(1));
            return true;
        };
        Fails(["model", "get", MemorySeed.Model[..8]], 3, "damaged or cut short");
        Directory.GetFiles(_place.Folder).ShouldBeEmpty();
    }

    [Fact]
    public void A_log_line_cannot_steer_the_terminal_and_a_log_that_ends_for_good_is_told()
    {
        var outcome = Call("logs", "follow", "--json");
        outcome.Output.ShouldContain("node-1");
        outcome.ExitCode.ShouldBe(3, outcome.ToString());

        outcome = Call("logs", "follow");
        outcome.Output.ShouldContain("node-1 Slots: A slot ?[31mfailed.");
        outcome.Output.ShouldNotContain("\u001b");
    }

    [Fact]
    public void The_environment_names_the_cluster_and_home_means_this_machine()
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["COHORT_CLUSTER"] = _seed.Url };
        PbmProcess.Start(_place, environment, "model", "list").WaitForExit().Output.ShouldContain("cnn2-small");
        PbmProcess.Start(_place, environment, "model", "list", "--home", "home").WaitForExit().Error
            .ShouldContain("no models yet");
        Fails(["model", "list", "--home", "home"], 2, "leave one of them out");
    }

    private Outcome Call(params string[] arguments) => _place.Pbm([.. arguments, "--cluster", _seed.Url]);

    private string Does(params string[] arguments) => _place.Does([.. arguments, "--cluster", _seed.Url]);

    private void Fails(string[] arguments, int code, string sentence)
    {
        var outcome = Call(arguments);
        outcome.ExitCode.ShouldBe(code, outcome.ToString());
        outcome.Error.ShouldContain(sentence);
    }

    /// <summary>The event of a finished round.</summary>
    private sealed record RunNewsOf(Cohort.Seed.Api.RoundState Round)
    {
        public Cohort.Seed.Api.RunNews News => new("quick-1", "roundFinished", Round.Round, Finished: Round);
    }
}
