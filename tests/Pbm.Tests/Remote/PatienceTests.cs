using Cohort.Pbm.Remote;
using Cohort.Seed.Api;
using Microsoft.AspNetCore.Http;

namespace Cohort.Pbm.Tests.Remote;

/// <summary>Nothing is waited for without a bound.</summary>
public sealed class PatienceTests : IAsyncLifetime, IDisposable
{
    private static readonly Patience Short = new()
    {
        Answer = TimeSpan.FromMilliseconds(300),
        Quiet = TimeSpan.FromMilliseconds(300),
        Reconnects = 2,
        FirstPause = TimeSpan.FromMilliseconds(10),
    };

    private readonly CancellationTokenSource _over = new();
    private MemorySeed _seed = null!;

    public async Task InitializeAsync() => _seed = await MemorySeed.Start();

    public async Task DisposeAsync()
    {
        await _over.CancelAsync();
        await _seed.DisposeAsync();
    }

    public void Dispose() => _over.Dispose();

    [Fact]
    public async Task A_seed_that_does_not_answer_is_given_up()
    {
        _seed.Misbehave = async http =>
        {
            await Silence();
            return true;
        };
        using var client = Client();
        (await Should.ThrowAsync<ClusterLostException>(() => client.Cluster(default))).Message.ShouldContain("did not answer");
    }

    [Fact]
    public async Task A_quiet_stream_of_a_run_that_goes_on_is_opened_again()
    {
        var opened = 0;
        _seed.Events = (seed, http) => Interlocked.Increment(ref opened) < 5 ? Silence() : seed.TrainToTheEnd(http, from: 1);
        using var client = Client();
        var ended = await new RunFollower(client, new NewsTotals(null, TextWriter.Null)).Follow(_seed.Run, default);
        ended.Status.ShouldBe("finished");
        opened.ShouldBeGreaterThanOrEqualTo(5); // on a busy machine the talking stream may be silent for as long, too
    }

    [Fact]
    public async Task A_quiet_run_that_nobody_trains_is_given_up()
    {
        _seed.Events = (_, _) => Silence();
        _seed.Misbehave = async http =>
        {
            if (http.Request.Path != ApiRoutes.Cluster)
            {
                return false;
            }

            await http.Response.WriteAsync("""{"seed":"s","leading":true,"members":[],"run":null,"round":null,"figures":{}}""");
            return true;
        };
        using var client = Client();
        var follower = new RunFollower(client, new NewsTotals(null, TextWriter.Null));
        var problem = await Should.ThrowAsync<CommandException>(() => follower.Follow(_seed.Run, default));
        problem.Message.ShouldContain("no coordinator");
    }

    private SeedClient Client() => new(new ClusterAddress(new Uri(_seed.Url)), Short);

    private Task Silence() => Task.Delay(TimeSpan.FromSeconds(30), _over.Token).ContinueWith(_ => { }, TaskScheduler.Default);
}
