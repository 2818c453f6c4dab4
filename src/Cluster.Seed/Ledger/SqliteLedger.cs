using System.Text.Json;
using Cohort.Model.Files;
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
    private readonly Statements _sql;

    private SqliteLedger(string path, TimeProvider time, FileStream? writing, SqliteConnection connection, Statements sql) =>
        (_path, _time, _lock, _connection, _sql) = (path, time, writing, connection, sql);

    /// <summary>For tests that need an SQLite in trouble.</summary>
    internal Statements Sql => _sql;

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
            return Connect(path, SqliteOpenMode.ReadWriteCreate, (connection, sql) =>
            {
                // The version is looked at before the log's mode, which changes the file.
                _ = LedgerSchema.Check(sql, path);
                sql.Execute("PRAGMA journal_mode = WAL");
                sql.Execute("PRAGMA synchronous = FULL");
                sql.Execute("PRAGMA foreign_keys = ON");
                LedgerSchema.Upgrade(connection, sql, path);
                return new SqliteLedger(path, time, writing, connection, sql);
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
        return Connect(path, SqliteOpenMode.ReadOnly, (connection, sql) =>
            LedgerSchema.Check(sql, path) == LedgerSchema.Version
                ? new SqliteLedger(path, TimeProvider.System, writing: null, connection, sql)
                : throw new LedgerException($"{path}: the ledger is of an older version; the next pbm run brings it up to " +
                    "date."));
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
            _sql.Execute($"INSERT INTO runs ({RunRow.Columns}) VALUES ({Parameters(RunRow.Columns)})", RunRow.Of(started));
            return started;
        });
    }

    public RunRecord? FindUnfinished(string planDigest, long seed, string dataDigest) => Asking(() => _sql.First(
        $"""
        SELECT {RunRow.Columns} FROM runs
        WHERE plan_digest = @plan AND seed = @seed AND data_digest = @data AND status <> @finished
        ORDER BY created DESC, id DESC
        """,
        RunRow.Read,
        ("@plan", planDigest), ("@seed", seed), ("@data", dataDigest), ("@finished", RowText.Of(RunStatus.Finished))));

    public IReadOnlyList<RunRecord> Runs() => Asking(() =>
        _sql.Query($"SELECT {RunRow.Columns} FROM runs ORDER BY created, id", RunRow.Read));

    public RunRecord? Run(string id) => Asking(() =>
        _sql.First($"SELECT {RunRow.Columns} FROM runs WHERE id = @id", RunRow.Read, ("@id", id)));

    public void Append(RoundRecord round)
    {
        var row = RoundRow.Of(round with { Created = _time.GetUtcNow() });
        Asking(() =>
        {
            if (IsNew(round))
                _sql.Execute($"INSERT INTO rounds ({RoundRow.Columns}) VALUES ({Parameters(RoundRow.Columns)})", row);
            return true;
        });
    }

    public IReadOnlyList<RoundRecord> Rounds(string run) => Asking(() =>
        _sql.Query($"SELECT {RoundRow.Columns} FROM rounds WHERE run = @run ORDER BY round", RoundRow.Read, ("@run", run)));

    public RoundRecord? LastRound(string run) => Asking(() => _sql.First(
        $"SELECT {RoundRow.Columns} FROM rounds WHERE run = @run ORDER BY round DESC LIMIT 1", RoundRow.Read, ("@run", run)));

    public void Resume(string run) => SetStatus(run, RunStatus.Running);

    public void Finish(string run, RunStatus status)
    {
        if (status == RunStatus.Running)
            throw new ArgumentException("A run that is running has not ended.");
        SetStatus(run, status);
    }

    public void Dispose()
    {
        _sql.Dispose();
        _connection.Dispose();
        _lock?.Dispose();
    }

    /// <returns>False where the very round is there already.</returns>
    private bool IsNew(RoundRecord round)
    {
        var state = _sql.First(
            """
            SELECT runs.initial_model, same.model, last.round, last.model
            FROM runs
            LEFT JOIN rounds same ON same.run = runs.id AND same.round = @round
            LEFT JOIN rounds last ON last.run = runs.id AND last.round = (SELECT MAX(round) FROM rounds WHERE run = runs.id)
            WHERE runs.id = @run
            """,
            row => new
            {
                Recorded = row.IsDBNull(1) ? null : row.GetString(1),
                Round = row.IsDBNull(2) ? 0 : row.GetInt32(2),
                Model = row.GetString(row.IsDBNull(3) ? 0 : 3),
            },
            ("@run", round.Run), ("@round", round.Round))
            ?? throw new LedgerException($"{_path}: round {round.Round} belongs to run {round.Run}, which was never started.");
        if (state.Recorded is not null)
        {
            return ModelHash.Parse(state.Recorded) == round.Model
                ? false
                : throw new LedgerException($"{_path}: round {round.Round} of run {round.Run} is recorded with model " +
                    $"{state.Recorded}, and cannot become {round.Model}; a round's result never changes.");
        }
        if (round.Round != state.Round + 1)
            throw new LedgerException($"{_path}: run {round.Run} stands at round {state.Round}, so that round " +
                $"{state.Round + 1} comes next, not {round.Round}.");
        if (round.Parent != ModelHash.Parse(state.Model))
            throw new LedgerException($"{_path}: round {round.Round} of run {round.Run} starts from model {round.Parent}, " +
                $"but round {state.Round} made {state.Model}.");
        return true;
    }

    private void SetStatus(string run, RunStatus status) => Asking(() =>
        _sql.Execute("UPDATE runs SET status = @status WHERE id = @run", ("@run", run), ("@status", RowText.Of(status))) == 1
            ? true
            : throw new LedgerException($"{_path}: there is no run {run}."));

    private static string Parameters(string columns) => "@" + columns.Replace(", ", ", @", StringComparison.Ordinal);

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
        catch (Exception e) when (e is FormatException or JsonException or ArgumentException or InvalidCastException)
        {
            throw new LedgerException($"{_path}: a row is damaged ({e.Message.TrimEnd('.')}); restore the file from a copy.", e);
        }
    }

    private static SqliteLedger Connect(string path, SqliteOpenMode mode, Func<SqliteConnection, Statements, SqliteLedger> open)
    {
        // Pooling would keep the file open after Dispose. The timeout is for a reader that blocks a checkpoint for a moment.
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = mode,
            Pooling = false,
            DefaultTimeout = 5,
        }.ToString());
        var sql = new Statements(connection);
        try
        {
            connection.Open();
            return open(connection, sql);
        }
        catch (Exception e)
        {
            sql.Dispose();
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
            throw new LedgerException($"{path}: the ledger's folder may not be written; change its permissions or name " +
                "another.", e);
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
