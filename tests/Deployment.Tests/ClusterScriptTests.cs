namespace Cohort.Deployment.Tests;

/// <summary>scripts/cluster-up.sh and cluster-down.sh with what scripts/build.sh has built.</summary>
public sealed class ClusterScriptTests : IDisposable
{
    private readonly string _home = Path.Combine(Path.GetTempPath(), $"cohort-cluster-{Guid.NewGuid():N}");

    public void Dispose()
    {
        if (Directory.Exists(_home))
            Directory.Delete(_home, recursive: true);
    }

    [SkippableFact]
    public async Task A_cluster_comes_up_is_not_started_twice_and_goes_down_without_a_trace()
    {
        Skip.IfNot(
            Directory.Exists(Checkout.PathOf("src/Cluster.Seed.Host")) && Directory.Exists(Checkout.PathOf("src/Cluster.Nodes.Host")),
            "The executables of seed and node are not in this checkout.");
        try
        {
            var up = (await Script.RunAsync("scripts/cluster-up.sh", "2", "--home", _home)).Succeeded();
            up.Output.ShouldContain("2 nodes are ready");
            up.Output.ShouldContain($"export COHORT_TOKEN_FILE={_home}/secrets/operator-token");
            foreach (var member in await File.ReadAllLinesAsync(Path.Combine(_home, "members")))
                (await Script.RunAsync("scripts/healthy.sh", new Uri(member.Split(' ')[1]).Authority)).Succeeded();

            (await Script.RunAsync("scripts/cluster-member.sh", "up", "node3", "--home", _home)).Succeeded().Output.ShouldStartWith("node3 http://");
            (await Script.RunAsync("scripts/cluster-member.sh", "up", "node3", "--home", _home)).Error.ShouldContain("node3 runs already");
            (await Script.RunAsync("scripts/cluster-member.sh", "down", "node1", "--home", _home)).Succeeded();
            Directory.GetFiles(Path.Combine(_home, "run"), "node*.pid").Select(Path.GetFileName).Order(StringComparer.Ordinal)
                .ShouldBe(["node2.pid", "node3.pid"]);

            var again = await Script.RunAsync("scripts/cluster-up.sh", "2", "--home", _home);
            again.ExitCode.ShouldBe(2);
            again.Error.ShouldContain("is up already");
        }
        finally
        {
            (await Script.RunAsync("scripts/cluster-down.sh", "--home", _home)).Succeeded();
        }

        Directory.GetFiles(Path.Combine(_home, "run")).ShouldBeEmpty();
        (await Script.OfCommandAsync("pgrep", "-f", _home)).ExitCode.ShouldBe(1, "a process of the cluster is still there");
    }

    [Fact]
    public async Task A_member_that_does_not_come_up_is_named_with_its_log_and_nothing_stays_behind()
    {
        var up = await Script.OfCommandAsync(
            "env", "COHORT_SEED_PROGRAM=/bin/false", "COHORT_NODE_PROGRAM=/bin/false", "bash", "scripts/cluster-up.sh", "1", "--home", _home);
        up.ExitCode.ShouldBe(1);
        up.Error.ShouldContain("seed1 ended before it was ready");
        Directory.GetFiles(Path.Combine(_home, "run")).ShouldBeEmpty();
        (await Script.OfCommandAsync("pgrep", "-f", _home)).ExitCode.ShouldBe(1, "a process of the cluster is still there");
    }

    [Theory]
    [InlineData("no cluster of", "up", "node1", "--home", "/nowhere")]
    [InlineData("'leader1' is no member's name", "up", "leader1")]
    [InlineData("usage", "up")]
    public async Task A_member_of_no_cluster_is_refused(string reason, params string[] arguments)
    {
        var refused = await Script.RunAsync("scripts/cluster-member.sh", arguments);
        refused.ExitCode.ShouldBe(2);
        refused.Error.ShouldContain(reason);
    }

    [Theory]
    [InlineData("expected 1 to 99 nodes", "0")]
    [InlineData("expected 1 to 99 nodes", "many")]
    [InlineData("--seeds is '3'", "1", "--seeds", "3")]
    [InlineData("--seeds 2 needs --postgres", "1", "--seeds", "2")]
    [InlineData("--brokers is '9'", "1", "--brokers", "9")]
    [InlineData("--home needs a value", "1", "--home")]
    [InlineData("'--tsl' is no option", "1", "--tsl")]
    public async Task What_cannot_be_meant_is_refused_before_anything_starts(string reason, params string[] arguments)
    {
        var refused = await Script.RunAsync("scripts/cluster-up.sh", arguments);
        refused.ExitCode.ShouldBe(2);
        refused.Error.ShouldContain(reason);
    }
}
