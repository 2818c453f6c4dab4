namespace Cohort.Seed.Ledger;

/// <summary>
/// What a ledger on PostgreSQL has beside the tables of all ledgers: one row that says their version and the writer's epoch
/// (in SQLite: the file's header, and a lock on the file), and the models.
/// </summary>
internal static class PostgresTables
{
    // Two seeds may find the same empty database at the same moment. The number is this lock's name, and means nothing.
    private const string OneOpensAtATime = "SELECT pg_advisory_xact_lock(4838170463)";

    private const string Ledger =
        """
        CREATE TABLE ledger (
            one INTEGER PRIMARY KEY CHECK (one = 1),
            version INTEGER NOT NULL,
            epoch BIGINT NOT NULL
        );
        INSERT INTO ledger VALUES (1, 0, 0);
        """;

    // Parameters do not compress, so that trying to would only cost time (EXTERNAL).
    private const string Models =
        """
        CREATE TABLE models (
            hash TEXT COLLATE "C" NOT NULL PRIMARY KEY,
            length INTEGER NOT NULL
        );
        CREATE TABLE model_pieces (
            hash TEXT COLLATE "C" NOT NULL REFERENCES models (hash) ON DELETE CASCADE,
            piece INTEGER NOT NULL,
            bytes BYTEA NOT NULL,
            PRIMARY KEY (hash, piece)
        );
        ALTER TABLE model_pieces ALTER COLUMN bytes SET STORAGE EXTERNAL;
        """;

    /// <summary>Brings the database to our version, ends the sessions of all writers, and begins the next epoch.</summary>
    /// <returns>The epoch.</returns>
    public static long TakeOver(Statements sql, string name, string writers)
    {
        sql.Query(OneOpensAtATime, _ => 0);
        if (!IsThere(sql))
            Create(sql, name);
        Upgrade(sql, name);
        // A paused writer may be within a transaction, and would keep the row below, or the model it was writing, to itself.
        sql.Query(
            """
            SELECT pg_terminate_backend(pid, 1000) FROM pg_stat_activity
            WHERE datname = current_database() AND usename = current_user AND application_name = @writers
                AND pid <> pg_backend_pid()
            """,
            _ => 0,
            ("@writers", writers));
        return sql.Number("UPDATE ledger SET epoch = epoch + 1 RETURNING epoch");
    }

    /// <returns>The epoch, which stays as it is until this transaction ends.</returns>
    public static long HoldEpoch(Statements sql) => sql.Number("SELECT epoch FROM ledger FOR SHARE");

    /// <returns>The tables' version, which is ours.</returns>
    /// <exception cref="LedgerException">The database holds no ledger of our version.</exception>
    public static int CurrentVersion(Statements sql, string name)
    {
        if (!IsThere(sql))
            throw new LedgerException($"{name}: there is no ledger yet; the first seed that leads makes one.");
        return Version(sql, name) is var version && version == LedgerSchema.Version
            ? version
            : throw new LedgerException($"{name}: the ledger is of an older version; the next seed that leads brings it up to " +
                "date.");
    }

    private static bool IsThere(Statements sql) =>
        sql.Number("SELECT COUNT(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'ledger'") == 1;

    private static void Create(Statements sql, string name)
    {
        if (sql.Number("SELECT COUNT(*) FROM pg_tables WHERE schemaname = current_schema()") > 0)
            throw new LedgerException($"{name}: the database holds tables, but no ledger; name another for the ledger.");
        sql.Execute(Ledger);
    }

    private static void Upgrade(Statements sql, string name)
    {
        for (var version = Version(sql, name); version < LedgerSchema.Version; version++)
        {
            sql.Execute(LedgerSchema.StepFrom(version, SqlTypes.Postgres));
            if (version == 0)
                sql.Execute(Models);
            sql.Execute("UPDATE ledger SET version = version + 1");
        }
    }

    private static int Version(Statements sql, string name)
    {
        var version = sql.Number("SELECT version FROM ledger");
        LedgerSchema.RefuseNewer(version, name, "database");
        return (int)version;
    }
}
