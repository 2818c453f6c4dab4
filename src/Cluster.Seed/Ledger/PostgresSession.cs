using System.Net.Sockets;
using Npgsql;

namespace Cohort.Seed.Ledger;

/// <summary>
/// One session with a PostgreSQL server, opened again where it was lost. A writer's session has an <em>epoch</em>: every change
/// happens in a transaction that holds the epoch's row and finds its own there, so that no change of an earlier writer can
/// follow the opening of a later one, however long the earlier one was paused. Callers on several threads take turns.
/// </summary>
internal sealed class PostgresSession : IDisposable
{
    private const string WriterName = "cohort ledger writer";
    private const string ReaderName = "cohort ledger reader";

    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(1);

    private readonly Lock _turn = new();
    private readonly string _connectionString;
    private readonly TimeSpan _patience;
    private readonly TimeProvider _time;
    private NpgsqlConnection? _connection;
    private Statements? _sql;

    private PostgresSession(PostgresOptions options, TimeProvider time, bool writes)
    {
        var parts = Parse(options.ConnectionString);
        Name = $"postgres://{parts.Username}@{parts.Host}:{parts.Port}/{parts.Database}";
        parts.Password = options.Password ?? parts.Password;
        parts.ApplicationName = writes ? WriterName : ReaderName;
        parts.Pooling = false; // one session, and it ends with its owner
        parts.PersistSecurityInfo = false;
        parts.IncludeErrorDetail = false; // details repeat values of rows
        // Whatever the server's defaults: a commit is on disk, and a writer paused within a transaction soon holds nothing.
        parts.Options = string.Join(' ', parts.Options, "-c synchronous_commit=on -c idle_in_transaction_session_timeout=1000",
            writes ? "" : "-c default_transaction_read_only=on").Trim();
        _connectionString = parts.ToString();
        _patience = options.Patience;
        _time = time;
    }

    /// <summary>What errors call the database; without the password.</summary>
    public string Name { get; }

    /// <summary>This writer's; null in a reader's session.</summary>
    public long? Epoch { get; private set; }

    /// <summary>Opens a session that may write, and closes those of all writers before it.</summary>
    public static PostgresSession ToWrite(PostgresOptions options, TimeProvider time) => Begin(
        new PostgresSession(options, time, writes: true),
        session => session.Epoch = session.Transact(sql => PostgresTables.TakeOver(sql, session.Name, WriterName)));

    /// <summary>Opens a session that may read.</summary>
    public static PostgresSession ToRead(PostgresOptions options, TimeProvider time) => Begin(
        new PostgresSession(options, time, writes: false),
        session => _ = session.Read(sql => PostgresTables.CurrentVersion(sql, session.Name)));

    /// <exception cref="LedgerException">The server does not answer, or answers with an error.</exception>
    public T Read<T>(Func<Statements, T> ask) => Patiently(ask);

    /// <summary>Changes something; on disk when this returns. Where a connection is lost, all is done again.</summary>
    /// <exception cref="LedgerTakenOverException">Another writer has opened the ledger since.</exception>
    /// <exception cref="LedgerException">The server does not answer, or answers with an error.</exception>
    public T Write<T>(Func<Statements, T> change) => Transact(sql =>
    {
        if (Epoch is not { } mine)
            throw new LedgerException($"{Name}: the ledger may not be written; it was opened for reading.");
        var now = PostgresTables.HoldEpoch(sql);
        return now == mine
            ? change(sql)
            : throw new LedgerTakenOverException($"{Name}: another seed has taken over (epoch {now} {(now > mine ? ">" : "<")} " +
                $"{mine}); this one stops writing.");
    });

    public void Dispose() => Close();

    private static PostgresSession Begin(PostgresSession session, Action<PostgresSession> begin)
    {
        try
        {
            begin(session);
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    private T Transact<T>(Func<Statements, T> change) => Patiently(sql =>
    {
        using var transaction = _connection!.BeginTransaction();
        var result = change(sql);
        transaction.Commit();
        return result;
    });

    private T Patiently<T>(Func<Statements, T> work)
    {
        using var turn = _turn.EnterScope();
        var begun = _time.GetTimestamp();
        for (var delay = FirstDelay; ; delay = delay < LongestDelay ? delay * 2 : LongestDelay)
        {
            try
            {
                return work(Connect());
            }
            catch (Exception e) when (e is NpgsqlException or SocketException or IOException or TimeoutException)
            {
                Close();
                if (!PostgresErrors.MayPass(e) || _time.GetElapsedTime(begun) + delay > _patience)
                    throw PostgresErrors.Sentence(Name, e);
            }
            Thread.Sleep(delay);
        }
    }

    private Statements Connect()
    {
        if (_connection is { State: System.Data.ConnectionState.Open })
            return _sql!;
        Close();
        _connection = new NpgsqlConnection(_connectionString);
        _sql = new Statements(_connection);
        _connection.Open();
        return _sql;
    }

    private void Close()
    {
        _sql?.Dispose();
        _connection?.Dispose();
        (_sql, _connection) = (null, null);
    }

    private static NpgsqlConnectionStringBuilder Parse(string connectionString)
    {
        NpgsqlConnectionStringBuilder parts;
        try
        {
            parts = new NpgsqlConnectionStringBuilder(connectionString);
        }
        catch (Exception e) when (e is ArgumentException or FormatException or KeyNotFoundException)
        {
            // Npgsql's own sentence may repeat a part of the text, and with it of the password.
            throw new LedgerException("The ledger's connection string cannot be read; give it as " +
                "\"Host=...;Port=5432;Database=...;Username=...\", with values that hold a ; or = in quotes.");
        }
        if (string.IsNullOrEmpty(parts.Host) || string.IsNullOrEmpty(parts.Database) || string.IsNullOrEmpty(parts.Username))
            throw new LedgerException("The ledger's connection string lacks its Host, Database or Username; give all three.");
        if (!connectionString.Contains("Timeout", StringComparison.OrdinalIgnoreCase))
            parts.Timeout = 5; // seconds to connect
        return parts;
    }
}
