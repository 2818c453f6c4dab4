using Cohort.Databases;
using Cohort.Model.Files;
using Cohort.Seed.Ledger;

namespace Cohort.Seed.Tests.Ledger;

/// <summary>A server of their own, since they kill it; with fsync, since they ask what is left.</summary>
public sealed class PostgresRestartTests : IDisposable
{
    private readonly PostgresServer _server = PostgresServer.Start(durable: true);

    public void Dispose() => _server.Dispose();

    [Fact]
    public async Task A_server_that_is_killed_loses_no_round_and_no_model_and_the_writer_goes_on_within_its_epoch()
    {
        var options = new PostgresOptions { ConnectionString = _server.CreateDatabase(), Patience = TimeSpan.FromSeconds(60) };
        using var ledger = PostgresLedger.Open(options, TimeProvider.System);
        var first = ledger.Models.Save(Model(0));
        ledger.StartRun(LedgerTests.SomeRun("") with { InitialModel = first });
        var models = new List<ModelHash> { first };
        for (var round = 1; round <= 4; round++)
        {
            models.Add(ledger.Models.Save(Model(round)));
            ledger.Append(LedgerTests.SomeRound(round, "quick-1") with { Model = models[round], Parent = models[round - 1] });

            _server.Kill();
            // The next call finds nobody, and tries until the server is back.
            var back = Task.Run(_server.Restart);
            ledger.LastRound("quick-1")!.Round.ShouldBe(round);
            await back.WaitAsync(TimeSpan.FromSeconds(90));

            ledger.Models.Load(models[round]).Round.ShouldBe(round);
        }
        ledger.Epoch.ShouldBe(1);
        ledger.Rounds("quick-1").Select(each => each.Model).ShouldBe(models.Skip(1));
    }

    [Fact]
    public void A_server_that_stays_away_is_told_once_patience_ends()
    {
        var options = new PostgresOptions { ConnectionString = _server.CreateDatabase(), Patience = TimeSpan.FromSeconds(4) };
        using var ledger = PostgresLedger.Open(options, TimeProvider.System);
        _server.Kill();

        Should.Throw<LedgerException>(() => ledger.Runs()).Message.ShouldContain("the server cannot be reached; see that");
        Should.Throw<StorageException>(() => ledger.Models.Save(Model(1))).Message.ShouldContain("the server cannot be reached");
    }

    private static ModelFile Model(int round) => new()
    {
        Network = "linear",
        Classes = ["a", "b"],
        Tensors = [new TensorLayout("weight", [300_000])],
        Parameters = [.. Enumerable.Repeat((float)round, 300_000)],
        Round = round,
    };
}
