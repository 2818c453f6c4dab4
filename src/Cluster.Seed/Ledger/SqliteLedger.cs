using Microsoft.Data.Sqlite;

namespace Cohort.Seed.Ledger;

/// <summary>
/// The ledger in one SQLite file. Rows go through a write-ahead log that is flushed at every commit (WAL, synchronous FULL), so a
/// process or machine that dies loses nothing that was appended, and readers see whole rows while a run goes on.
/// </summary>
public sealed class SqliteLedger : SqlLedger
{
    public const string FileName = "ledger.db";

    // https://www.sqlite.org/rescode.html
    private const int Busy = 5;
    private const int ReadOnly = 8;
    private const int Corrupt = 11;
    private const int Full = 13;
    private const int CannotOpen = 14;
    private const int NotADatabase = 26;

    private readonly Lock _turn = new();
    private readonly FileStream? _lock;
    private readonly SqliteConnection _connection;
    private readonly Statements _sql;

    private SqliteLedger(
        string path, TimeProvider time, FileStream? writing, SqliteConnection connection, Statements sql, long epoch)
        : base(path, time) => (_lock, _connection, _sql, Epoch) = (writing, connection, sql, epoch);

    public override long Epoch { get; }

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
                _ = Version(sql, path);
                sql.Execute("PRAGMA journal_mode = WAL");
                sql.Execute("PRAGMA synchronous = FULL");
                sql.Execute("PRAGMA foreign_keys = ON");
                Upgrade(sql, path);
                return new SqliteLedger(path, time, writing, connection, sql, NextEpoch(sql));
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
            Version(sql, path) == LedgerSchema.Version
                ? new SqliteLedger(path, TimeProvider.System, writing: null, connection, sql, epoch: 0)
                : throw new LedgerException($"{path}: the ledger is of an older version; the next pbm run brings it up to " +
                    "date."));
    }

    public override void Dispose()
    {
        _sql.Dispose();
        _connection.Dispose();
        _lock?.Dispose();
    }

    private protected override T Read<T>(Func<Statements, T> ask)
    {
        using var turn = _turn.EnterScope();
        try
        {
            return ask(_sql);
        }
        catch (SqliteException e)
        {
            throw Sentence(Name, e);
        }
    }

    // Every change is one statement after its checks, and the lock keeps other writers away in between.
    private protected override T Write<T>(Func<Statements, T> change) => Read(change);

    /// <summary>Brings a ledger to our version; an empty file becomes a ledger.</summary>
    private static void Upgrade(Statements sql, string path)
    {
        for (var version = Version(sql, path); version < LedgerSchema.Version; version++)
        {
            sql.Execute("BEGIN IMMEDIATE");
            sql.Execute(LedgerSchema.StepFrom(version, SqlTypes.Sqlite));
            if (version == 1)
                sql.Execute("CREATE TABLE writers (epoch INTEGER PRIMARY KEY)");
            sql.Execute($"PRAGMA user_version = {version + 1}");
            sql.Execute("COMMIT");
        }
    }

    /// <summary>Everybody who opens it for writing leaves a row.</summary>
    private static long NextEpoch(Statements sql) => sql.Number("INSERT INTO writers DEFAULT VALUES RETURNING epoch");

    /// <returns>The ledger's version, at most ours.</returns>
    private static int Version(Statements sql, string path)
    {
        var version = (int)sql.Number("PRAGMA user_version");
        LedgerSchema.RefuseNewer(version, path, "folder");
        if (version == 0 && sql.Number("SELECT COUNT(*) FROM sqlite_master") > 0)
            throw new LedgerException($"{path}: this is an SQLite file, but no ledger; name another folder for the ledger.");
        return version;
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
