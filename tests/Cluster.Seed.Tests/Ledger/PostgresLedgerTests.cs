using Cohort.Databases;
using Cohort.Seed.Ledger;

namespace Cohort.Seed.Tests.Ledger;

[Collection(OnPostgres.Name)]
public sealed class PostgresLedgerTests(OnPostgres postgres) : LedgerTests
{
    private static readonly TimeSpan NoPatience = TimeSpan.Zero;

    private readonly string _database = postgres.Server.CreateDatabase();

    private PostgresOptions Options => new() { ConnectionString = _database };

    protected override string Name => PostgresNames.Of(_database);

    private protected override PostgresLedger Open() => PostgresLedger.Open(Options, Clock);

    private protected override PostgresLedger OpenToRead() => PostgresLedger.OpenToRead(Options);

    protected override void BackToVersion1() => Execute("DROP TABLE releases; DROP TABLE schedules; ALTER TABLE runs DROP COLUMN started_from; DROP TABLE charges; ALTER TABLE rounds DROP COLUMN next_clip; ALTER TABLE rounds DROP COLUMN train_loss; ALTER TABLE runs DROP COLUMN label_epsilon; ALTER TABLE runs DROP COLUMN roster; ALTER TABLE runs DROP COLUMN reason; UPDATE ledger SET version = 1");

    protected override void Execute(string sql) => PostgresServer.Execute(_database, sql);

    [Fact]
    public void Once_a_second_writer_has_opened_the_ledger_the_first_can_never_write_again()
    {
        using var first = Open();
        first.StartRun(SomeRun());
        first.Append(SomeRound(1));
        using var second = Open();
        (first.Epoch, second.Epoch).ShouldBe((1, 2));

        var expected = $"{Name}: another seed has taken over (epoch 2 > 1); this one stops writing.";
        Should.Throw<LedgerTakenOverException>(() => first.Append(SomeRound(2))).Message.ShouldBe(expected);
        Should.Throw<LedgerTakenOverException>(() => first.StartRun(SomeRun("r2"))).Message.ShouldBe(expected);
        Should.Throw<LedgerTakenOverException>(() => first.Finish("r1", RunStatus.Stopped)).Message.ShouldBe(expected);
        second.Rounds("r1").Count.ShouldBe(1);

        second.Append(SomeRound(2));
        first.Rounds("r1").Count.ShouldBe(2); // reading harms nobody
    }

    [Fact]
    public void A_writer_that_is_paused_within_a_transaction_holds_up_nobody()
    {
        using (var first = Open())
            first.StartRun(SomeRun());
        using var paused = PostgresServer.Open(_database + ";Application Name=cohort ledger writer");
        using var command = paused.CreateCommand();
        command.CommandText = "BEGIN; SELECT epoch FROM ledger FOR SHARE; UPDATE runs SET status = 'failed'";
        command.ExecuteNonQuery();

        var begun = TimeProvider.System.GetTimestamp();
        using var second = Open();
        second.Finish("r1", RunStatus.Finished);

        TimeProvider.System.GetElapsedTime(begun).ShouldBeLessThan(TimeSpan.FromSeconds(10));
        second.Run("r1")!.Status.ShouldBe(RunStatus.Finished);
    }

    [Fact]
    public void Seeds_that_open_an_empty_database_at_once_get_epochs_of_their_own()
    {
        var ledgers = new PostgresLedger[6];
        Parallel.For(0, ledgers.Length, i => ledgers[i] = Open());

        ledgers.Select(each => each.Epoch).Order().ShouldBe(Enumerable.Range(1, ledgers.Length).Select(i => (long)i));
        foreach (var each in ledgers.OrderBy(each => each.Epoch).SkipLast(1))
            Should.Throw<LedgerTakenOverException>(() => each.StartRun(SomeRun()));
        ledgers.MaxBy(each => each.Epoch)!.StartRun(SomeRun()).Id.ShouldBe("r1");
        Array.ForEach(ledgers, each => each.Dispose());
    }

    [Fact]
    public void A_session_that_the_server_ended_is_opened_again_within_the_same_epoch()
    {
        using var ledger = Open();
        ledger.StartRun(SomeRun());

        EndSessions();
        ledger.Append(SomeRound(1));
        EndSessions();

        ledger.LastRound("r1")!.Round.ShouldBe(1);
        ledger.Epoch.ShouldBe(1);
    }

    [Fact]
    public void A_ledger_of_a_newer_version_is_refused_and_left_as_it_is()
    {
        using (Open())
            Execute("UPDATE ledger SET version = 1000");

        var expected = $"{Name}: the ledger is of version 1000, made by a newer Cohort; this one reads up to version {LedgerSchema.Version}. " +
            "Use the newer Cohort, or start a new ledger in another database.";
        OpenFails(Options).ShouldBe(expected);
        Should.Throw<LedgerException>(OpenToRead).Message.ShouldBe(expected);
        Execute($"UPDATE ledger SET version = {LedgerSchema.Version}");
        using var again = Open();
        again.Epoch.ShouldBe(2); // the refused one took no epoch
    }

    [Fact]
    public void A_database_that_holds_other_things_is_refused_and_left_as_it_is()
    {
        Execute("CREATE TABLE recipes (id INTEGER)");

        OpenFails(Options).ShouldBe($"{Name}: the database holds tables, but no ledger; name another for the ledger.");
        Should.Throw<LedgerException>(OpenToRead).Message
            .ShouldBe($"{Name}: there is no ledger yet; the first seed that leads makes one.");
    }

    [Theory]
    [InlineData("Password=wrong", "the server refuses this user or password; look at both in the seed's configuration.")]
    [InlineData("Username=nobody", "the server refuses this user or password; look at both in the seed's configuration.")]
    [InlineData("Database=nowhere", "the server has no such database; make it with createdb, or name another in the ledger's " +
        "connection string.")]
    [InlineData("Host=nowhere.invalid", "there is no host of this name; look at the host in the ledger's connection string.")]
    [InlineData("Port=1", "the server cannot be reached; see that it runs and that host and port in the ledger's connection " +
        "string are its own. What was recorded before is safe.")]
    public void A_server_that_cannot_be_used_is_told_in_a_sentence_without_the_password(string change, string sentence)
    {
        var wrong = _database + ";" + change;

        var error = Should.Throw<LedgerException>(() =>
            PostgresLedger.Open(new() { ConnectionString = wrong, Patience = NoPatience }, Clock));

        error.Message.ShouldBe($"{PostgresNames.Of(wrong)}: {sentence}");
        error.ToString().ShouldNotContain(PostgresNames.PasswordOf(_database));
    }

    [Theory]
    [InlineData("Host=a;Database=b;Username=c;Pasword=geheim", "cannot be read")]
    [InlineData("Host=a;Database=b;Username=c;Port=geheim", "cannot be read")]
    [InlineData("geheim", "cannot be read")]
    [InlineData("Host=a;Username=c;Password=geheim", "lacks its Host, Database or Username")]
    public void A_connection_string_that_is_wrong_is_told_without_repeating_it(string wrong, string expected)
    {
        var error = Should.Throw<LedgerException>(() => PostgresLedger.Open(new() { ConnectionString = wrong }, Clock));

        error.Message.ShouldContain(expected);
        error.ToString().ShouldNotContain("geheim");
    }

    [Fact]
    public void A_reader_of_the_ledger_can_change_nothing()
    {
        using (var ledger = Open())
            ledger.StartRun(SomeRun());
        using var reader = OpenToRead();

        Should.Throw<LedgerException>(() => reader.Finish("r1", RunStatus.Failed)).Message
            .ShouldBe($"{Name}: the ledger may not be written; it was opened for reading.");
        reader.Run("r1")!.Status.ShouldBe(RunStatus.Running);
    }

    private static string OpenFails(PostgresOptions options) =>
        Should.Throw<LedgerException>(() => PostgresLedger.Open(options, TimeProvider.System).Dispose()).Message;

    private void EndSessions() => Execute(
        "SELECT pg_terminate_backend(pid, 1000) FROM pg_stat_activity " +
        "WHERE datname = current_database() AND pid <> pg_backend_pid()");
}
