using Cohort.Seed.Ledger;
using Microsoft.Data.Sqlite;

namespace Cohort.Seed.Tests.Ledger;

public sealed class SqliteLedgerTests : LedgerTests, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("cohort-test-").FullName;

    private string File => Path.Combine(_folder, SqliteLedger.FileName);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    protected override string Name => File;

    private protected override SqliteLedger Open() => SqliteLedger.Open(_folder, Clock);

    private protected override SqliteLedger OpenToRead() => SqliteLedger.OpenToRead(_folder);

    protected override void BackToVersion1() => Execute("DROP TABLE releases; DROP TABLE schedules; ALTER TABLE runs DROP COLUMN started_from; DROP TABLE charges; ALTER TABLE rounds DROP COLUMN next_clip; ALTER TABLE rounds DROP COLUMN train_loss; ALTER TABLE runs DROP COLUMN label_epsilon; ALTER TABLE runs DROP COLUMN roster; ALTER TABLE runs DROP COLUMN reason; DROP TABLE writers; PRAGMA user_version = 1");

    protected override void Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={File};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private string OpenFails() => Should.Throw<LedgerException>(() => Open().Dispose()).Message;

    [Fact]
    public void A_ledger_of_a_newer_version_is_refused_and_left_as_it_is()
    {
        using (var ledger = Open())
            ledger.StartRun(SomeRun());
        Execute("PRAGMA user_version = 1000");
        var bytes = System.IO.File.ReadAllBytes(File);

        var expected = $"{File}: the ledger is of version 1000, made by a newer Cohort; this one reads up to version {LedgerSchema.Version}. " +
            "Use the newer Cohort, or start a new ledger in another folder.";
        OpenFails().ShouldBe(expected);
        Should.Throw<LedgerException>(() => SqliteLedger.OpenToRead(_folder)).Message.ShouldBe(expected);
        System.IO.File.ReadAllBytes(File).ShouldBe(bytes);
    }

    [Fact]
    public void A_file_that_is_no_ledger_is_refused_and_left_as_it_is()
    {
        System.IO.File.WriteAllText(File, string.Join('\n', Enumerable.Repeat("This is a text of some length.", 200)));
        var bytes = System.IO.File.ReadAllBytes(File);
        OpenFails().ShouldBe($"{File}: this is no ledger (not an SQLite file); name another folder, or move the file away.");
        System.IO.File.ReadAllBytes(File).ShouldBe(bytes);

        System.IO.File.Delete(File);
        Execute("CREATE TABLE recipes (id INTEGER)");
        OpenFails().ShouldBe($"{File}: this is an SQLite file, but no ledger; name another folder for the ledger.");
    }

    [Fact]
    public void A_folder_that_cannot_be_is_told()
    {
        System.IO.File.WriteAllText(Path.Combine(_folder, "file"), "");

        Should.Throw<LedgerException>(() => SqliteLedger.Open(Path.Combine(_folder, "file"), Clock)).Message
            .ShouldContain("the ledger's folder cannot be made (");
    }

    [Fact]
    public void A_ledger_that_is_not_there_cannot_be_read() =>
        Should.Throw<LedgerException>(() => SqliteLedger.OpenToRead(_folder)).Message
            .ShouldBe($"{File}: there is no ledger yet; pbm run makes one.");

    [Fact]
    public void A_second_writer_is_refused_while_the_first_lives()
    {
        using (Open())
        {
            OpenFails().ShouldBe($"{File}: another process is writing this ledger; wait until it ends, stop it, or name " +
                "another folder.");
        }

        Should.NotThrow(() => Open().Dispose());
    }

    [Fact]
    public void A_full_disk_is_told_and_loses_nothing_recorded()
    {
        using (var ledger = Open())
        {
            ledger.StartRun(SomeRun());
            ledger.Append(SomeRound(1));
        }
        using (var full = Open())
        {
            // SQLite's own simulation: the file may not grow beyond the pages it has.
            full.Sql.Execute("PRAGMA max_page_count = 1");
            var error = Should.Throw<LedgerException>(() =>
                full.Append(SomeRound(2) with { Participants = [.. Enumerable.Range(0, 100_000)] }));
            error.Message.ShouldBe($"{File}: no space is left on the disk; what was recorded before is safe. " +
                "Free some space and run the same command again.");
            full.LastRound("r1")!.Round.ShouldBe(1);
        }

        using var again = Open();
        again.Append(SomeRound(2));
        again.LastRound("r1")!.Round.ShouldBe(2);
    }

    [Fact]
    public void A_process_that_dies_loses_no_round_that_was_appended()
    {
        var survivor = Directory.CreateTempSubdirectory("cohort-test-").FullName;
        using var ledger = Open();
        ledger.StartRun(SomeRun());
        for (var round = 1; round <= 25; round++)
        {
            ledger.Append(SomeRound(round));
            // What the disk holds at this moment is what the next process would find.
            foreach (var file in Directory.GetFiles(_folder))
                Copy(file, Path.Combine(survivor, Path.GetFileName(file)));

            using var next = SqliteLedger.Open(survivor, Clock);
            next.LastRound("r1")!.Round.ShouldBe(round);
            next.FindUnfinished("plan", long.MaxValue, "data")!.Id.ShouldBe("r1");
        }
        Directory.Delete(survivor, recursive: true);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(40)]
    [InlineData(4_000)]
    public void A_write_ahead_log_that_breaks_off_gives_the_rounds_before_the_break(int bytesLost)
    {
        var survivor = Directory.CreateTempSubdirectory("cohort-test-").FullName;
        using (var ledger = Open())
        {
            ledger.StartRun(SomeRun());
            ledger.Append(SomeRound(1));
            ledger.Append(SomeRound(2));
            foreach (var file in Directory.GetFiles(_folder))
                Copy(file, Path.Combine(survivor, Path.GetFileName(file)));
        }
        using (var log = System.IO.File.OpenWrite(Path.Combine(survivor, SqliteLedger.FileName + "-wal")))
            log.SetLength(log.Length - bytesLost);

        using var next = SqliteLedger.Open(survivor, Clock);
        next.LastRound("r1")!.Round.ShouldBe(1);
        next.Append(SomeRound(2));
        next.Rounds("r1").Count.ShouldBe(2);
        next.Dispose();
        Directory.Delete(survivor, recursive: true);
    }

    // The lock is on the file, not on its bytes, so a copy must not look at it.
    private static void Copy(string from, string to)
    {
        if (from.EndsWith(".lock", StringComparison.Ordinal))
            return;
        using var source = new FileStream(from, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var target = System.IO.File.Create(to);
        source.CopyTo(target);
    }
}
