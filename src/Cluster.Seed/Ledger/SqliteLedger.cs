using System.Text.Json;
using Cohort.Model.Files;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Cohort.Seed.Ledger;

/// <summary>
/// The ledger in one SQLite file. Rows go through a write-ahead log that is flushed at every commit (WAL, synchronous FULL), so a
/// process or machine that dies loses nothing that was appended, and readers see whole rows while a run goes on.
/// </summary>
public sealed class SqliteLedger : ILedger
{
    public const string FileName = "ledger.db";

    // https://www.sqlite.org/rescode.html
    private const int Busy = 5;
    private const int ReadOnly = 8;
    private const int Corrupt = 11;
    private const int Full = 13;
    private const int CannotOpen = 14;
    private const int NotADatabase = 26;

    private readonly string _path;
    private readonly TimeProvider _time;
    private readonly FileStream? _lock;
    private readonly SqliteConnection _connection;

    private SqliteLedger(string path, TimeProvider time, FileStream? writing, SqliteConnection connection) =>
        (_path, _time, _lock, _connection) = (path, time, writing, connection);

    /// <summary>For tests that need an SQLite in trouble.</summary>
    internal SqliteConnection Connection => _connection;

    /// <summary>Opens the ledger of a folder for writing, and makes it if there is none. One process at a time can.</summary>
    /// <param name="directory">The folder; made if absent.</param>
    /// <param name="time">Says when runs and rounds were recorded.</param>
    /// <exception cref="LedgerException">
    /// Another process writes it, it is of a newer version, or it is no ledger.
    /// </exception>
    public static SqliteLedger Open(string directory, TimeProvider time)
    {
        var path = Path.Combine(directory, FileName);
        var writing = Lock(directory, path);
        try
        {
            return Connect(path, SqliteOpenMode.ReadWriteCreate, connection =>
            {
                // The version is looked at before the log's mode, which changes the file.
                _ = LedgerSchema.Check(connection, path);
                connection.Execute("PRAGMA journal_mode = WAL");
                connection.Execute("PRAGMA synchronous = FULL");
                connection.Execute("PRAGMA foreign_keys = ON");
                LedgerSchema.Upgrade(connection, path);
                return new SqliteLedger(path, time, writing, connection);
            });
        }
        catch
        {
            writing.Dispose();
            throw;
        }
    }

    /// <summary>Opens the ledger of a folder for reading, also while a run writes it.</summary>
    /// <exception cref="LedgerException">There is none, it is of another version, or it is no ledger.</exception>
    public static SqliteLedger OpenToRead(string directory)
    {
        var path = Path.Combine(directory, FileName);
        if (!File.Exists(path))
            throw new LedgerException($"{path}: there is no ledger yet; pbm run makes one.");
        return Connect(path, SqliteOpenMode.ReadOnly, connection =>
            LedgerSchema.Check(connection, path) == LedgerSchema.Version
                ? new SqliteLedger(path, TimeProvider.System, writing: null, connection)
                : throw new LedgerException($"{path}: the ledger is of an older version; the next pbm run brings it up to date."));
    }

    public RunRecord StartRun(RunRecord run)
    {
        if (run.NoiseSecret.Length != RunRecord.NoiseSecretBytes)
            throw new LedgerException($"{_path}: run {run.Id} has a noise secret of {run.NoiseSecret.Length} bytes, " +
                $"where {RunRecord.NoiseSecretBytes} are expected.");
        var started = run with { Status = RunStatus.Running, Created = _time.GetUtcNow() };
        return Asking(() =>
        {
            if (Run(run.Id) is not null)
                throw new LedgerException($"{_path}: run {run.Id} is there already; give the new run an id of its own.");
            _connection.Execute("""
                INSERT INTO runs (id, plan_name, plan_json, plan_digest, seed, data_digest, data_path, noise_secret, initial_model,
                    status, created)
                VALUES (@Id, @PlanName, @PlanJson, @PlanDigest, @Seed, @DataDigest, @DataPath, @NoiseSecret, @InitialModel,
                    @Status, @Created)
                """, RunRow.Of(started));
            return started;
        });
    }

    public RunRecord? FindUnfinished(string planDigest, long seed, string dataDigest) => Asking(() =>
        _connection.QueryFirstOrDefault<RunRow>($"""
            SELECT {RunRow.Columns} FROM runs
            WHERE plan_digest = @planDigest AND seed = @seed AND data_digest = @dataDigest AND status <> @finished
            ORDER BY created DESC, id DESC
            """, new { planDigest, seed, dataDigest, finished = RowText.Of(RunStatus.Finished) })?.ToRecord());

    public IReadOnlyList<RunRecord> Runs() => Asking(() =>
        _connection.Query<RunRow>($"SELECT {RunRow.Columns} FROM runs ORDER BY created, id").Select(r => r.ToRecord()).ToList());

    public RunRecord? Run(string id) => Asking(() =>
        _connection.QueryFirstOrDefault<RunRow>($"SELECT {RunRow.Columns} FROM runs WHERE id = @id", new { id })?.ToRecord());

    public void Append(RoundRecord round)
    {
        var row = RoundRow.Of(round with { Created = _time.GetUtcNow() });
        Asking(() =>
        {
            using var transaction = _connection.BeginTransaction(deferred: false);
            if (IsNew(round))
            {
                _connection.Execute("""
                    INSERT INTO rounds (run, round, model, parent, participants, failed, missing, groups_json, epsilon, loss,
                        accuracy, macro_f1, confusion, train_seconds, wall_seconds, created)
                    VALUES (@Run, @Round, @Model, @Parent, @Participants, @Failed, @Missing, @Groups, @Epsilon, @Loss,
                        @Accuracy, @MacroF1, @Confusion, @TrainSeconds, @WallSeconds, @Created)
                    """, row, transaction);
                transaction.Commit();
            }
            return true;
        });
    }

    public IReadOnlyList<RoundRecord> Rounds(string run) => Asking(() =>
        _connection.Query<RoundRow>($"SELECT {RoundRow.Columns} FROM rounds WHERE run = @run ORDER BY round", new { run })
            .Select(r => r.ToRecord()).ToList());

    public RoundRecord? LastRound(string run) => Asking(() =>
        _connection.QueryFirstOrDefault<RoundRow>(
            $"SELECT {RoundRow.Columns} FROM rounds WHERE run = @run ORDER BY round DESC LIMIT 1", new { run })?.ToRecord());

    public void Resume(string run) => SetStatus(run, RunStatus.Running);

    public void Finish(string run, RunStatus status)
    {
        if (status == RunStatus.Running)
            throw new ArgumentException("A run that is running has not ended.");
        SetStatus(run, status);
    }

    public void Dispose()
    {
        _connection.Dispose();
        _lock?.Dispose();
    }

    /// <returns>False where the very round is there already.</returns>
    private bool IsNew(RoundRecord round)
    {
        var start = _connection.QueryFirstOrDefault<string>("SELECT initial_model FROM runs WHERE id = @Run", new { round.Run })
            ?? throw new LedgerException($"{_path}: round {round.Round} belongs to run {round.Run}, which was never started.");
        var there = _connection.QueryFirstOrDefault<string>(
            "SELECT model FROM rounds WHERE run = @Run AND round = @Round", new { round.Run, round.Round });
        if (there is not null)
        {
            return ModelHash.Parse(there) == round.Model
                ? false
                : throw new LedgerException($"{_path}: round {round.Round} of run {round.Run} is recorded with model {there}, " +
                    $"and cannot become {round.Model}; a round's result never changes.");
        }
        var last = _connection.QueryFirstOrDefault<(int Round, string Model)?>(
            "SELECT round, model FROM rounds WHERE run = @Run ORDER BY round DESC LIMIT 1", new { round.Run }) ?? (0, start);
        if (round.Round != last.Round + 1)
            throw new LedgerException($"{_path}: run {round.Run} stands at round {last.Round}, so that round {last.Round + 1} " +
                $"comes next, not {round.Round}.");
        if (round.Parent != ModelHash.Parse(last.Model))
            throw new LedgerException($"{_path}: round {round.Round} of run {round.Run} starts from model {round.Parent}, " +
                $"but round {last.Round} made {last.Model}.");
        return true;
    }

    private void SetStatus(string run, RunStatus status) => Asking(() =>
        _connection.Execute("UPDATE runs SET status = @status WHERE id = @run", new { run, status = RowText.Of(status) }) == 1
            ? true
            : throw new LedgerException($"{_path}: there is no run {run}."));

    private T Asking<T>(Func<T> ask)
    {
        try
        {
            return ask();
        }
        catch (SqliteException e)
        {
            throw Sentence(_path, e);
        }
        catch (Exception e) when (e is FormatException or JsonException or ArgumentException)
        {
            throw new LedgerException($"{_path}: a row is damaged ({e.Message.TrimEnd('.')}); restore the file from a copy.", e);
        }
    }

    private static SqliteLedger Connect(string path, SqliteOpenMode mode, Func<SqliteConnection, SqliteLedger> open)
    {
        // Pooling would keep the file open after Dispose. The timeout is for a reader that blocks a checkpoint for a moment.
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = mode,
            Pooling = false,
            DefaultTimeout = 5,
        }.ToString());
        try
        {
            connection.Open();
            return open(connection);
        }
        catch (Exception e)
        {
            connection.Dispose();
            if (e is SqliteException sqlite)
                throw Sentence(path, sqlite);
            throw;
        }
    }

    // The lock ends with the process, however it dies; SQLite's own would show only when two writes collide.
    private static FileStream Lock(string directory, string path)
    {
        try
        {
            Directory.CreateDirectory(directory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LedgerException($"{directory}: the ledger's folder cannot be made ({e.Message.TrimEnd('.')}).", e);
        }
        try
        {
            return new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new LedgerException($"{path}: another process is writing this ledger; " +
                "wait until it ends, stop it, or name another folder.", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new LedgerException($"{path}: the ledger's folder may not be written; change its permissions or name another.", e);
        }
    }

    private static LedgerException Sentence(string path, SqliteException e) => new($"{path}: " + e.SqliteErrorCode switch
    {
        Busy => "another process is writing this ledger; wait until it ends, or stop it.",
        ReadOnly => "the ledger may not be written; change the permissions of the file and its folder.",
        Full => "no space is left on the disk; what was recorded before is safe. Free some space and run the same command again.",
        CannotOpen => "the ledger cannot be opened; look at the permissions of the file and its folder.",
        NotADatabase => "this is no ledger (not an SQLite file); name another folder, or move the file away.",
        Corrupt => "the ledger is damaged; restore the file from a copy.",
        _ => $"the ledger answered: {e.Message.TrimEnd('.')}.",
    }, e);
}
