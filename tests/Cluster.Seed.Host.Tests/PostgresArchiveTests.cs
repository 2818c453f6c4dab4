using System.Net;
using Cohort.Databases;
using Cohort.Hosting;
using Cohort.Model.Files;
using Cohort.Seed.Api;
using Cohort.Seed.Ledger;
using Npgsql;

namespace Cohort.Seed.Host.Tests;

/// <summary>Seeds whose ledger and models lie in a real PostgreSQL.</summary>
public sealed class PostgresArchiveTests : IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("cohort-seed-").FullName;
    private readonly PostgresServer _server = PostgresServer.Start();
    private readonly string _database;

    public PostgresArchiveTests() => _database = _server.CreateDatabase();

    public void Dispose()
    {
        _server.Dispose();
        Directory.Delete(_home, recursive: true);
    }

    [Fact]
    public async Task Runs_and_models_are_in_the_database_and_a_seed_on_another_machine_serves_them()
    {
        RunState ended;
        await using (var first = await RunningSeed.Start(OptionsIn("first")))
        {
            ended = (await first.Watch((await first.Train(RunningSeed.PlanOf(rounds: 3))).Run))[^1].State!;
        }

        await using var second = await RunningSeed.Start(OptionsIn("second"));

        (await second.Get($"{ApiRoutes.Runs}/{ended.Run}", ApiJson.Default.RunState)).ShouldBe(ended);
        var model = await second.Get($"{ApiRoutes.Models}/{ended.Model[..12]}", ApiJson.Default.ModelState);
        (model.Model, model.Run, model.Round).ShouldBe((ended.Model, ended.Run, 3));
        using var client = second.Client(RunningSeed.Viewer);
        var file = await client.GetByteArrayAsync(new Uri($"{ApiRoutes.Models}/{ended.Model}/file", UriKind.Relative));
        ModelHash.Of(file).ToString().ShouldBe(ended.Model);
        Directory.GetFiles(_home, "*", SearchOption.AllDirectories).ShouldNotContain(path =>
            path.EndsWith(".db", StringComparison.Ordinal) || path.EndsWith(ModelFile.Extension, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_seed_whose_ledger_another_has_taken_over_ends_and_says_nothing_more_in_the_run_s_name()
    {
        await using var first = await RunningSeed.Start(OptionsIn("first"));
        var run = (await first.Train(RunningSeed.PlanOf(rounds: 100_000))).Run;

        using var second = PostgresLedger.Open(new() { ConnectionString = _database }, TimeProvider.System);
        var rounds = second.Rounds(run).Count;
        var end = await Should.ThrowAsync<TemporaryFailureException>(first.UntilStopped());

        end.Message.ShouldContain("another seed has taken over");
        second.Run(run)!.Status.ShouldBe(RunStatus.Running);
        second.Rounds(run).Count.ShouldBe(rounds);
    }

    [Fact]
    public async Task A_seed_that_was_replaced_while_it_rested_refuses_the_next_order_and_ends()
    {
        await using var first = await RunningSeed.Start(OptionsIn("first"));
        using var second = PostgresLedger.Open(new() { ConnectionString = _database }, TimeProvider.System);

        var (status, problem) = await first.Refused(
            HttpMethod.Post, ApiRoutes.Runs, RunningSeed.Researcher, new NewRun(RunningSeed.PlanOf(rounds: 2).ToCanonicalJson()));

        status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        problem.Title.ShouldContain("another seed has taken over");
        await Should.ThrowAsync<TemporaryFailureException>(first.UntilStopped());
        second.Runs().ShouldBeEmpty();
    }

    [Fact]
    public void A_password_on_the_command_line_is_refused_and_not_repeated()
    {
        var refused = Should.Throw<ConfigurationException>(() => SeedHostOptions.Settings.Read(
            ["--engine", "local", "--ledger-postgres", "Host=h;Database=d;Username=u;Password=hunter2"]));

        refused.Message.ShouldContain("Ledger:PasswordFile");
        refused.Message.ShouldNotContain("hunter2");
    }

    private SeedHostOptions OptionsIn(string seed)
    {
        var home = Path.Combine(_home, seed);
        Directory.CreateDirectory(home);
        var parts = new NpgsqlConnectionStringBuilder(_database);
        var password = Path.Combine(home, "ledger-password");
        File.WriteAllText(password, parts.Password + "\n");
        parts.Remove(nameof(parts.Password));
        return RunningSeed.OptionsIn(home) with { Ledger = new() { Postgres = parts.ToString(), PasswordFile = password } };
    }
}
