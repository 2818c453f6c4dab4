using Microsoft.Data.Sqlite;

namespace Cohort.Seed.Ledger;

/// <summary>The ledger's tables, and the steps from each version of them to the next.</summary>
internal static class LedgerSchema
{
    /// <summary>Step n leads from version n to version n + 1; a step that was released never changes.</summary>
    private static readonly string[] Steps =
    [
        """
        CREATE TABLE runs (
            id TEXT NOT NULL PRIMARY KEY,
            plan_name TEXT NOT NULL,
            plan_json TEXT NOT NULL,
            plan_digest TEXT NOT NULL,
            seed BIGINT NOT NULL,
            data_digest TEXT NOT NULL,
            data_path TEXT,
            noise_secret BLOB NOT NULL,
            initial_model TEXT NOT NULL,
            status TEXT NOT NULL,
            created TEXT NOT NULL
        );
        CREATE INDEX runs_by_plan ON runs (plan_digest, seed, data_digest);
        CREATE TABLE rounds (
            run TEXT NOT NULL REFERENCES runs (id),
            round INTEGER NOT NULL,
            model TEXT NOT NULL,
            parent TEXT NOT NULL,
            participants BLOB NOT NULL,
            failed TEXT NOT NULL,
            missing BLOB NOT NULL,
            groups_json TEXT NOT NULL,
            epsilon DOUBLE PRECISION,
            loss DOUBLE PRECISION,
            accuracy DOUBLE PRECISION,
            macro_f1 DOUBLE PRECISION,
            confusion TEXT,
            train_seconds DOUBLE PRECISION NOT NULL,
            wall_seconds DOUBLE PRECISION NOT NULL,
            created TEXT NOT NULL,
            PRIMARY KEY (run, round)
        );
        """,
    ];

    public static int Version => Steps.Length;

    /// <summary>Brings a ledger to our version; an empty file becomes a ledger.</summary>
    public static void Upgrade(SqliteConnection connection, Statements statements, string path)
    {
        var version = Check(statements, path);
        for (; version < Version; version++)
        {
            using var step = connection.BeginTransaction(deferred: false);
            Run(connection, step, Steps[version]);
            Run(connection, step, $"PRAGMA user_version = {version + 1}");
            step.Commit();
        }
    }

    /// <returns>The ledger's version, at most ours.</returns>
    public static int Check(Statements statements, string path)
    {
        var version = (int)statements.Number("PRAGMA user_version");
        if (version > Version)
            throw new LedgerException($"{path}: the ledger is of version {version}, made by a newer Cohort; this one reads " +
                $"up to version {Version}. Use the newer Cohort, or start a new ledger in another folder.");
        if (version == 0 && statements.Number("SELECT COUNT(*) FROM sqlite_master") > 0)
            throw new LedgerException($"{path}: this is an SQLite file, but no ledger; name another folder for the ledger.");
        return version;
    }

    private static void Run(SqliteConnection connection, SqliteTransaction step, string sql)
    {
        using var command = connection.CreateCommand();
        command.Transaction = step;
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
