using System.Net;
using System.Net.Sockets;
using Cohort.Pbm.Tests.Processes;
using Microsoft.AspNetCore.Http;

namespace Cohort.Pbm.Tests.Remote;

/// <summary>What pbm says when a cluster is away, says no or talks nonsense: a sentence, exit code 2 or 3, no secret.</summary>
public sealed class UnkindSeedTests : IAsyncLifetime
{
    private readonly Workplace _place = new();
    private MemorySeed _seed = null!;

    public async Task InitializeAsync() => _seed = await MemorySeed.Start();

    public async Task DisposeAsync()
    {
        await _seed.DisposeAsync();
        _place.Dispose();
    }

    [Fact]
    public void Without_a_cluster_s_name_the_option_and_the_variable_are_named()
        => Said(_place.Pbm("cluster", "show"), 2, "--cluster", "COHORT_CLUSTER");

    [Theory]
    [InlineData("somewhere")]
    [InlineData("ftp://somewhere")]
    [InlineData("http://user:secret@127.0.0.1")]
    [InlineData("http://127.0.0.1/?token=secret")]
    public void A_url_that_cannot_be_a_seed_s_is_refused(string url)
        => Said(_place.Pbm("cluster", "show", "--cluster", url), 2, "--cluster").Error.ShouldNotContain("secret");

    [Fact]
    public void A_seed_that_is_not_there_is_named()
    {
        var nobody = new TcpListener(IPAddress.Loopback, 0);
        nobody.Start();
        var url = $"http://{nobody.LocalEndpoint}";
        nobody.Stop();
        Said(_place.Pbm("cluster", "show", "--cluster", url), 3, url, "no seed answers there", "Connection refused");
    }

    [Fact]
    public void A_peer_that_speaks_no_tls_is_named()
        => Said(
            _place.Pbm("cluster", "show", "--cluster", _seed.Url.Replace("http:", "https:", StringComparison.Ordinal)),
            3,
            "https://127.0.0.1",
            "http:// rather than https://");

    [Fact]
    public void A_token_goes_by_file_or_environment_and_is_never_printed()
    {
        string? seen = null;
        _seed.Misbehave = async http =>
        {
            seen = http.Request.Headers.Authorization;
            http.Response.StatusCode = 401;
            await Task.CompletedTask;
            return true;
        };
        Said(Call("cluster", "show"), 3, "asks for a token", "--token-file");
        seen.ShouldBeNullOrEmpty();

        _place.Write("token", MemorySeed.Token + "\n");
        Said(Call("cluster", "show", "--token-file", "token"), 3, "token", "not one of this cluster");
        seen.ShouldBe("Bearer " + MemorySeed.Token);

        Dictionary<string, string> environment = new(StringComparer.Ordinal) { ["COHORT_TOKEN"] = "of-the-environment" };
        var outcome = PbmProcess.Start(_place, environment, "cluster", "show", "--cluster", _seed.Url).WaitForExit();
        Said(outcome, 3, "COHORT_TOKEN").Error.ShouldNotContain("of-the-environment");
        seen.ShouldBe("Bearer of-the-environment");

        Said(Call("cluster", "show", "--token-file", "nowhere"), 2, "nowhere");
        _place.Write("empty", "\n");
        Said(Call("cluster", "show", "--token-file", "empty"), 2, "empty");
    }

    [Theory]
    [InlineData(400, 2, "the plan's data is not here")]
    [InlineData(403, 3, "the token's role does not allow this: the plan's data is not here")]
    [InlineData(404, 2, "the plan's data is not here")]
    [InlineData(409, 3, "the plan's data is not here")]
    [InlineData(503, 3, "the plan's data is not here")]
    public void A_problem_is_told_in_its_own_words(int status, int code, string sentence)
    {
        _seed.Misbehave = async http =>
        {
            await MemorySeed.Refuse(http, status, "the plan's data is not here");
            return true;
        };
        Said(Call("round", "status"), code, sentence);
    }

    [Theory]
    [InlineData(200, "application/json", "<html>")]
    [InlineData(200, "application/json", "{}")]
    [InlineData(200, "application/json", "{\"seed\":null}")]
    [InlineData(200, "text/html", "<html>")]
    [InlineData(200, "application/json; charset=nonsense", "{}")]
    [InlineData(302, "text/html", "")]
    [InlineData(404, "text/html", "<html>")]
    [InlineData(500, "application/problem+json", "{\"title\":")]
    [InlineData(500, "application/problem+json", "[[[[")]
    public void Nonsense_is_called_nonsense(int status, string type, string body)
    {
        _seed.Misbehave = async http =>
        {
            http.Response.StatusCode = status;
            http.Response.ContentType = type;
            http.Response.Headers.Location = "http://127.0.0.1:9/";
            await http.Response.WriteAsync(body);
            return true;
        };
        Said(Call("cluster", "show"), 3, _seed.Url);
    }

    [Fact]
    public void An_answer_that_breaks_off_is_told()
    {
        _seed.Misbehave = async http =>
        {
            http.Response.ContentLength = 1000;
            await http.Response.WriteAsync("{");
            http.Abort();
            return true;
        };
        Said(Call("cluster", "show"), 3, _seed.Url);
    }

    [Fact]
    public void A_stream_that_always_breaks_is_given_up_after_five_more_tries()
    {
        _seed.Events = (_, http) =>
        {
            http.Abort();
            return Task.CompletedTask;
        };
        Said(Call("round", "watch"), 3, "(5 of 5)");
        _seed.Asked.Count(each => each.EndsWith("/events", StringComparison.Ordinal)).ShouldBe(6);
    }

    [Theory]
    [InlineData("data: nonsense\n\n")]
    [InlineData("data: {}\n\n")]
    [InlineData("data: null\n\n")]
    public void An_event_that_is_none_ends_the_watching(string line)
    {
        _seed.Events = (_, http) => http.Response.WriteAsync(line);
        Said(Call("round", "watch"), 3, "no event of a seed");
    }

    [Fact]
    public void A_plan_with_an_error_is_refused_before_the_cluster_is_asked()
    {
        _place.Write("odd.json", Plans.Faces.Replace("0.05", "-0.05", StringComparison.Ordinal));
        Said(Call("round", "start", "odd.json"), 2, "odd.json, line 8");
        _seed.Asked.ShouldBeEmpty();
    }

    private Outcome Call(params string[] arguments) => _place.Pbm([.. arguments, "--cluster", _seed.Url]);

    private static Outcome Said(Outcome outcome, int code, params string[] sentences)
    {
        outcome.ExitCode.ShouldBe(code, outcome.ToString());
        foreach (var sentence in sentences)
        {
            outcome.Error.ShouldContain(sentence);
        }

        outcome.Error.ShouldNotContain("   at "); // no stack trace
        outcome.Error.ShouldNotContain(MemorySeed.Token);
        return outcome;
    }
}
