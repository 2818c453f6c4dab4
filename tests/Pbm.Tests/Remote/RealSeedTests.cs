using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Cohort.Pbm.Tests.Processes;

namespace Cohort.Pbm.Tests.Remote;

/// <summary>pbm and the real seed, a cluster of its own in a process of its own.</summary>
public sealed class RealSeedTests : IDisposable
{
    private const string Token = "operator-token-for-tests";

    private readonly Workplace _place = new();
    private readonly Process _seed;
    private readonly string _url;
    private readonly Lock _reading = new();
    private string _log = "";

    public RealSeedTests()
    {
        _url = FreeUrl();
        _place.Write("token", Token + "\n");
        var start = new ProcessStartInfo("dotnet",
        [
            Path.Combine(AppContext.BaseDirectory, "cohort-seed.dll"),
            "--engine", "local", "--member", "seed-1", "--listen", _url, "--slots", "2",
            "--home", _place.PathOf("seed"), "--tokens-operator-file", _place.PathOf("token"),
        ])
        {
            WorkingDirectory = _place.Folder,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        _seed = Process.Start(start)!;
        _seed.OutputDataReceived += (_, line) => Log(line.Data);
        _seed.ErrorDataReceived += (_, line) => Log(line.Data);
        _seed.BeginOutputReadLine();
        _seed.BeginErrorReadLine();
    }

    public void Dispose()
    {
        _seed.Kill();
        _seed.WaitForExit();
        _seed.Dispose();
        _place.Dispose();
    }

    [Fact]
    public void A_private_run_of_a_cluster_gives_the_model_of_pbm_run_and_is_replayed_and_accounted()
    {
        var plan = _place.Write("private.json", Plans.Private("\"adaptiveClip\": { \"enabled\": true, \"countNoise\": 0.2 },", rounds: 4));
        var expected = _place.Train(plan);
        WaitUntilReady();

        var ended = Json("round", "start", plan, "--wait");
        ((string)ended["modelHash"]!).ShouldBe(expected, _log);

        var replayed = Json("round", "replay", "3", "--run", (string)ended["run"]!);
        ((string)replayed["again"]!).ShouldBe((string)replayed["recorded"]!);
        var population = Json("privacy", "show")["populations"]!.AsArray().ShouldHaveSingleItem()!;
        ((int)population["runs"]![0]!["charged"]!).ShouldBe(4);
        ((double)population["epsilon"]!).ShouldBe((double)_place.Json("privacy", "plan", plan)["epsilon"]!, 1e-9);
    }

    [Fact]
    public void A_cluster_trains_the_model_that_pbm_run_trains_and_answers_for_it()
    {
        var plan = _place.Write("faces.json", Plans.Faces);
        var expected = _place.Train(plan);
        WaitUntilReady();

        var ended = Json("round", "start", plan, "--wait");
        ((string)ended["modelHash"]!).ShouldBe(expected, _log);
        ((int)ended["participants"]!).ShouldBe(40);
        ((string)ended["status"]!).ShouldBe("finished");

        var run = (string)ended["run"]!;
        Json("round", "list", run)["rounds"]!.AsArray().Count.ShouldBe(10);
        ((string)Json("round", "replay", "10", "--run", run)["again"]!).ShouldBe(expected);
        Json("groups", "show", "--run", run)["groups"]!.AsArray().Count.ShouldBe(2);
        Json("student", "list")["students"]!.AsArray().Count.ShouldBe(6);
        Json("model", "list")["models"]!.AsArray()
            .Select(model => (string)model!["model"]!).ShouldContain(expected, StringComparer.Ordinal);
        Json("cluster", "nodes")["nodes"]!.AsArray().Count.ShouldBe(1);
        Json("dead-letters", "show")["deadLetters"]!.AsArray().ShouldBeEmpty();

        Json("model", "get", expected[..10], "--output", "got.safetensors");
        ((string)_place.Json("model", "show", "got.safetensors")["model"]!).ShouldBe(expected);

        var unknown = _place.Pbm("round", "status", "nothing-1", "--cluster", _url, "--token-file", "token");
        unknown.ExitCode.ShouldBe(2, unknown.ToString());
        _place.Pbm("round", "status", "--cluster", _url).Error.ShouldContain("asks for a token");
    }

    [Fact]
    public void A_schedule_is_kept_paused_gone_back_from_and_removed_by_its_commands()
    {
        var plan = _place.Write("faces.json", Plans.Faces);
        WaitUntilReady();

        var kept = Json("schedule", plan, "--every", "1s", "--tolerance", "0.9", "--name", "class");
        ((string)kept["name"]!, (string)kept["every"]!, (double)kept["tolerance"]!).ShouldBe(("class", "1s", 0.9));
        var releases = WaitForReleases(2);
        ((string)releases[^1]!["outcome"]!).ShouldBe("released");
        Json("schedule", "pause", "class")["status"]!.ToString().ShouldBeOneOf("paused", "running", "judging");
        _place.Pbm("schedule", "list", "--cluster", _url, "--token-file", "token").Output.ShouldContain("Schedule class, every 1s:");

        var (first, second) = ((string)releases[^1]!["model"]!, (string)releases[^2]!["model"]!);
        ((string)Json("model", "rollback", "--to", first[..12])["model"]!).ShouldBe(first);
        var back = _place.Pbm("model", "rollback", "--schedule", "class", "--cluster", _url, "--token-file", "token");
        (back.ExitCode, back.Error).ShouldBe((2, back.Error));
        back.Error.ShouldContain("has released nothing that one could go back to");
        _place.Pbm("model", "releases", "--cluster", _url, "--token-file", "token").Output.ShouldContain("rolledBack");
        second.ShouldNotBe(first, StringComparer.Ordinal);

        ((string)Json("schedule", "remove", "class")["removed"]!).ShouldBe("class");
        Json("schedule", "list")["schedules"]!.AsArray().ShouldBeEmpty();
        var bad = _place.Pbm("schedule", plan, "--every", "sometimes", "--cluster", _url, "--token-file", "token");
        bad.ExitCode.ShouldBe(2, bad.ToString());
        bad.Error.ShouldContain("such as 30m, 12h, 1d or 1w");
    }

    private JsonArray WaitForReleases(int atLeast)
    {
        var deadline = DateTime.UtcNow + PbmProcess.Patience;
        while (true)
        {
            var releases = Json("model", "releases")["releases"]!.AsArray();
            if (releases.Count >= atLeast)
            {
                return releases;
            }

            DateTime.UtcNow.ShouldBeLessThan(deadline, _log);
            Thread.Sleep(200);
        }
    }

    private JsonObject Json(params string[] arguments) => _place.Json([.. arguments, "--cluster", _url, "--token-file", "token"]);

    private void WaitUntilReady()
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        var deadline = DateTime.UtcNow + PbmProcess.Patience;
        while (!IsReady(http))
        {
            _seed.HasExited.ShouldBeFalse(_log);
            DateTime.UtcNow.ShouldBeLessThan(deadline, _log);
            Thread.Sleep(50);
        }
    }

    private bool IsReady(HttpClient http)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, _url + "/health/ready");
            using var answer = http.Send(request);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            return false;
        }
    }

    private static string FreeUrl()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        return $"http://{free.LocalEndpoint}";
    }

    private void Log(string? line)
    {
        lock (_reading)
        {
            _log += line + "\n";
        }
    }
}
