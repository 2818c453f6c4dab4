namespace Cohort.Seed.Ledger;

/// <summary>
/// The ledger in a PostgreSQL database, so that a seed on another machine can take over. Opening it for writing begins the next
/// epoch and shuts out whoever wrote before (<see cref="LedgerTakenOverException"/>). Commits are flushed
/// (<c>synchronous_commit</c>); calls wait for a server that restarts, and then go on.
/// </summary>
public sealed class PostgresLedger : SqlLedger
{
    private readonly PostgresSession _session;

    private PostgresLedger(PostgresSession session, TimeProvider time)
        : base(session.Name, time) => (_session, Models) = (session, new PostgresModelStore(session));

    /// <summary>The models in the same database, on the same session: for the same caller, under the same epoch.</summary>
    public PostgresModelStore Models { get; }

    public override long Epoch => _session.Epoch ?? 0;

    /// <summary>Opens the ledger for writing, makes it if there is none, and takes over from whoever wrote before.</summary>
    /// <param name="options">Where it is.</param>
    /// <param name="time">Says when runs and rounds were recorded.</param>
    /// <exception cref="LedgerException">The server cannot be used, or holds no ledger that this version can read.</exception>
    public static PostgresLedger Open(PostgresOptions options, TimeProvider time) =>
        new(PostgresSession.ToWrite(options, time), time);

    /// <summary>Opens the ledger for reading, also while a seed writes it.</summary>
    /// <exception cref="LedgerException">There is none, or the server cannot be used.</exception>
    public static PostgresLedger OpenToRead(PostgresOptions options) =>
        new(PostgresSession.ToRead(options, TimeProvider.System), TimeProvider.System);

    public override void Dispose() => _session.Dispose();

    private protected override T Read<T>(Func<Statements, T> ask) => _session.Read(ask);

    private protected override T Write<T>(Func<Statements, T> change) => _session.Write(change);
}
