namespace Cohort.Device.Store;

/// <summary>The tables of a student's store, and the steps from each version of them to the next.</summary>
internal static class DeviceSchema
{
    /// <summary>SQLite's application_id of our files: "CoDv".</summary>
    public const int ApplicationId = 0x436F4476;

    /// <summary>Step n leads from version n to version n + 1; a step that was released never changes.</summary>
    private static readonly string[] Steps =
    [
        // A version is one answer, given or taken back, or one erasure, which has no sample. Its number is never used again.
        """
        CREATE TABLE samples (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            hash TEXT NOT NULL UNIQUE,
            kind TEXT NOT NULL CHECK (kind IN ('picture', 'text')),
            length INTEGER NOT NULL,
            added TEXT NOT NULL,
            source TEXT NOT NULL,
            model TEXT NOT NULL,
            detected TEXT NOT NULL,
            confidence REAL NOT NULL,
            probabilities TEXT NOT NULL
        );
        CREATE TABLE contents (
            sample INTEGER PRIMARY KEY REFERENCES samples (number) ON DELETE CASCADE,
            bytes BLOB NOT NULL
        );
        CREATE TABLE versions (
            version INTEGER PRIMARY KEY AUTOINCREMENT,
            sample INTEGER REFERENCES samples (number) ON DELETE CASCADE,
            emotion TEXT,
            at TEXT NOT NULL
        );
        CREATE INDEX versions_by_sample ON versions (sample, version);
        CREATE TABLE models (
            hash TEXT NOT NULL PRIMARY KEY,
            kind TEXT NOT NULL CHECK (kind IN ('picture', 'text')),
            network TEXT NOT NULL,
            round INTEGER NOT NULL,
            source TEXT NOT NULL,
            added TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('current', 'kept'))
        );
        CREATE TABLE personal_models (
            kind TEXT NOT NULL PRIMARY KEY CHECK (kind IN ('picture', 'text')),
            hash TEXT NOT NULL,
            global TEXT NOT NULL,
            version INTEGER NOT NULL,
            method TEXT NOT NULL,
            trained INTEGER NOT NULL,
            held_out INTEGER NOT NULL,
            global_correct INTEGER NOT NULL,
            personal_correct INTEGER NOT NULL,
            only_global INTEGER NOT NULL,
            only_personal INTEGER NOT NULL,
            added TEXT NOT NULL
        );
        CREATE TABLE plays (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            tune TEXT NOT NULL,
            emotion TEXT NOT NULL,
            policy TEXT NOT NULL,
            at TEXT NOT NULL
        );
        """,
    ];

    public static int Version => Steps.Length;

    /// <summary>What leads from a version, at most ours, to the next.</summary>
    public static string StepFrom(int version) => Steps[version];

    /// <exception cref="DeviceException">A newer Cohort made it.</exception>
    public static void RefuseNewer(long version, string path)
    {
        if (version > Version)
        {
            throw new DeviceException($"{path}: the student's store is of version {version}, made by a newer Cohort; this one reads up to version "
                + $"{Version}. Use the newer Cohort; the file was left as it is.");
        }
    }
}
