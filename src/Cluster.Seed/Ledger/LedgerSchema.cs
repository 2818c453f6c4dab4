namespace Cohort.Seed.Ledger;

/// <summary>What the engines call the types of our columns.</summary>
/// <param name="Text">A text that sorts by its characters' codes.</param>
/// <param name="Bytes">Bytes.</param>
internal sealed record SqlTypes(string Text, string Bytes)
{
    public static SqlTypes Sqlite { get; } = new("TEXT", "BLOB");

    // A database's own collation is a matter of its language; runs come in the same order everywhere.
    public static SqlTypes Postgres { get; } = new("TEXT COLLATE \"C\"", "BYTEA");
}

/// <summary>The ledger's tables, and the steps from each version of them to the next: one schema for every engine.</summary>
internal static class LedgerSchema
{
    /// <summary>Step n leads from version n to version n + 1; a step that was released never changes.</summary>
    private static readonly Func<SqlTypes, string>[] Steps =
    [
        type => $"""
        CREATE TABLE runs (
            id {type.Text} NOT NULL PRIMARY KEY,
            plan_name {type.Text} NOT NULL,
            plan_json {type.Text} NOT NULL,
            plan_digest {type.Text} NOT NULL,
            seed BIGINT NOT NULL,
            data_digest {type.Text} NOT NULL,
            data_path {type.Text},
            noise_secret {type.Bytes} NOT NULL,
            initial_model {type.Text} NOT NULL,
            status {type.Text} NOT NULL,
            created {type.Text} NOT NULL
        );
        CREATE INDEX runs_by_plan ON runs (plan_digest, seed, data_digest);
        CREATE TABLE rounds (
            run {type.Text} NOT NULL REFERENCES runs (id),
            round INTEGER NOT NULL,
            model {type.Text} NOT NULL,
            parent {type.Text} NOT NULL,
            participants {type.Bytes} NOT NULL,
            failed {type.Text} NOT NULL,
            missing {type.Bytes} NOT NULL,
            groups_json {type.Text} NOT NULL,
            epsilon DOUBLE PRECISION,
            loss DOUBLE PRECISION,
            accuracy DOUBLE PRECISION,
            macro_f1 DOUBLE PRECISION,
            confusion {type.Text},
            train_seconds DOUBLE PRECISION NOT NULL,
            wall_seconds DOUBLE PRECISION NOT NULL,
            created {type.Text} NOT NULL,
            PRIMARY KEY (run, round)
        );
        """,
        type => $"ALTER TABLE runs ADD COLUMN reason {type.Text}",
        type => $"""
        ALTER TABLE rounds ADD COLUMN next_clip DOUBLE PRECISION;
        CREATE TABLE charges (
            run {type.Text} NOT NULL REFERENCES runs (id),
            epoch BIGINT NOT NULL,
            sequence INTEGER NOT NULL,
            round INTEGER NOT NULL,
            population {type.Text} NOT NULL,
            noise_multiplier DOUBLE PRECISION NOT NULL,
            sampling {type.Text} NOT NULL,
            rate DOUBLE PRECISION NOT NULL,
            created {type.Text} NOT NULL,
            PRIMARY KEY (epoch, sequence)
        );
        CREATE INDEX charges_by_population ON charges (population);
        """,
        _ => "ALTER TABLE runs ADD COLUMN label_epsilon DOUBLE PRECISION",
        type => $"""
        ALTER TABLE runs ADD COLUMN started_from {type.Text};
        CREATE TABLE schedules (
            name {type.Text} NOT NULL PRIMARY KEY,
            plan_json {type.Text} NOT NULL,
            data_path {type.Text},
            recurrence {type.Text} NOT NULL,
            minimum_feedback BIGINT NOT NULL,
            tolerance DOUBLE PRECISION NOT NULL,
            canary_share DOUBLE PRECISION NOT NULL,
            started_from {type.Text},
            paused INTEGER NOT NULL,
            created {type.Text} NOT NULL,
            begun {type.Text},
            run {type.Text},
            note {type.Text}
        );
        CREATE TABLE releases (
            number BIGINT NOT NULL PRIMARY KEY,
            schedule {type.Text} NOT NULL,
            outcome {type.Text} NOT NULL,
            model {type.Text} NOT NULL,
            before {type.Text},
            run {type.Text},
            share DOUBLE PRECISION NOT NULL,
            accuracy DOUBLE PRECISION,
            accuracy_before DOUBLE PRECISION,
            samples BIGINT NOT NULL,
            reason {type.Text} NOT NULL,
            created {type.Text} NOT NULL
        );
        CREATE INDEX releases_by_schedule ON releases (schedule);
        """,
        type => $"ALTER TABLE runs ADD COLUMN roster {type.Text}",
        _ => "ALTER TABLE rounds ADD COLUMN train_loss DOUBLE PRECISION",
    ];

    public static int Version => Steps.Length;

    /// <summary>What leads from a version, at most ours, to the next.</summary>
    public static string StepFrom(int version, SqlTypes types) => Steps[version](types);

    /// <param name="version">A ledger's version.</param>
    /// <param name="name">What errors call the ledger.</param>
    /// <param name="place">What holds a ledger: a folder, a database.</param>
    /// <exception cref="LedgerException">A newer Cohort made it.</exception>
    public static void RefuseNewer(long version, string name, string place)
    {
        if (version > Version)
            throw new LedgerException($"{name}: the ledger is of version {version}, made by a newer Cohort; this one reads " +
                $"up to version {Version}. Use the newer Cohort, or start a new ledger in another {place}.");
    }
}
