using System.Buffers.Binary;
using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace Cohort.Device.Store;

/// <summary>
/// One SQLite file in write-ahead mode, flushed at every commit, whose deleted bytes are overwritten. Every trouble is a sentence. For one
/// thread at a time.
/// </summary>
internal sealed class DeviceDatabase : IDisposable
{
    // https://www.sqlite.org/rescode.html
    private const int Busy = 5;
    private const int ReadOnly = 8;
    private const int Corrupt = 11;
    private const int Full = 13;
    private const int CannotOpen = 14;
    private const int NotADatabase = 26;

    // https://www.sqlite.org/fileformat.html
    private const int HeaderLength = 100;
    private const int VersionOffset = 60;

    private readonly SqliteConnection _connection;
    private readonly string _path;

    private DeviceDatabase(SqliteConnection connection, string path) => (_connection, _path) = (connection, path);

    /// <summary>Opens the file for writing, and makes it if there is none.</summary>
    /// <exception cref="DeviceException">It is of a newer version, which changes nothing in it, or damaged, or no store.</exception>
    public static DeviceDatabase Open(string path)
    {
        DeviceSchema.RefuseNewer(VersionInFile(path), path);
        return Connect(path, SqliteOpenMode.ReadWriteCreate, database =>
        {
            var version = database.Version();
            database.Execute("PRAGMA journal_mode = WAL");
            database.Execute("PRAGMA synchronous = FULL");
            database.Execute("PRAGMA foreign_keys = ON");
            database.Execute("PRAGMA secure_delete = ON");
            for (; version < DeviceSchema.Version; version++)
            {
                database.Upgrade(version);
            }

            database.Check();
        });
    }

    /// <summary>Opens the file for reading, also while another process writes it.</summary>
    /// <inheritdoc cref="Open"/>
    public static DeviceDatabase OpenToRead(string path)
    {
        DeviceSchema.RefuseNewer(VersionInFile(path), path);
        return Connect(path, SqliteOpenMode.ReadOnly, database =>
        {
            if (database.Version() < DeviceSchema.Version)
            {
                throw new DeviceException($"{path}: the student's store is of an older version; pbm student chat, watch or correct brings it up to date.");
            }
        });
    }

    /// <returns>Rows changed.</returns>
    public int Execute(string sql, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        using var command = Bind(sql, values);
        return Guarded(command.ExecuteNonQuery);
    }

    /// <returns>All rows.</returns>
    public List<T> Query<T>(string sql, Func<DbDataReader, T> row, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        using var command = Bind(sql, values);
        return Guarded(() =>
        {
            var rows = new List<T>();
            using var reader = command.ExecuteReader();
            while (reader.Read())
            {
                rows.Add(row(reader));
            }

            return rows;
        });
    }

    /// <returns>The first column of the first row, or null where there is no row.</returns>
    public object? Value(string sql, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        using var command = Bind(sql, values);
        return Guarded(command.ExecuteScalar) is var value and not DBNull ? value : null;
    }

    public long Number(string sql, params ReadOnlySpan<(string Name, object? Value)> values)
        => Value(sql, values) is long number ? number : throw new DeviceException($"{_path}: nothing answers \"{sql}\".");

    /// <summary>All of it or nothing.</summary>
    public T Together<T>(Func<T> change)
    {
        Execute("BEGIN IMMEDIATE");
        try
        {
            var result = change();
            Execute("COMMIT");
            return result;
        }
        catch
        {
            // A full disk may have rolled back already.
            try
            {
                Execute("ROLLBACK");
            }
            catch (DeviceException)
            {
                // The change's own failure is what is told.
            }

            throw;
        }
    }

    /// <summary>Gives the room of what was deleted back, and empties the log, so that no trace of it is left in either file.</summary>
    public void Compact()
    {
        Execute("PRAGMA wal_checkpoint(TRUNCATE)");
        try
        {
            Execute("VACUUM");
        }
        catch (DeviceException e) when (e.InnerException is SqliteException { SqliteErrorCode: Busy or Full })
        {
            // The bytes are overwritten already; only their room stays.
        }

        Execute("PRAGMA wal_checkpoint(TRUNCATE)");
    }

    public void Dispose() => _connection.Dispose();

    private static DeviceDatabase Connect(string path, SqliteOpenMode mode, Action<DeviceDatabase> prepare)
    {
        // Pooling would keep the file open after Dispose. The timeout is for a reader that blocks a checkpoint for a moment.
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = mode,
            Pooling = false,
            DefaultTimeout = 5,
        }.ToString());
        var database = new DeviceDatabase(connection, path);
        try
        {
            database.Guarded(() =>
            {
                connection.Open();
                return true;
            });
            prepare(database);
            return database;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>The version that the file's header says, read without SQLite, which might change a file merely by opening it; 0 for none.</summary>
    private static long VersionInFile(string path)
    {
        if (!File.Exists(path))
        {
            return 0;
        }

        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            Span<byte> header = stackalloc byte[HeaderLength];
            var isSqlite = file.ReadAtLeast(header, HeaderLength, throwOnEndOfStream: false) == HeaderLength
                && header.StartsWith("SQLite format 3\0"u8);
            return isSqlite ? BinaryPrimitives.ReadUInt32BigEndian(header[VersionOffset..]) : 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DeviceException($"{path}: the student's store cannot be opened ({e.Message.TrimEnd('.')}).", e);
        }
    }

    /// <returns>The file's version, at most ours.</returns>
    private int Version()
    {
        var version = Number("PRAGMA user_version");
        DeviceSchema.RefuseNewer(version, _path);
        var isOurs = version == 0 ? Number("SELECT COUNT(*) FROM sqlite_master") == 0 : Number("PRAGMA application_id") == DeviceSchema.ApplicationId;
        return isOurs ? (int)version : throw new DeviceException($"{_path}: this is an SQLite file, but no student's store; move it away.");
    }

    private void Upgrade(int version) => Together(() =>
    {
        Execute(DeviceSchema.StepFrom(version));
        Execute($"PRAGMA application_id = {DeviceSchema.ApplicationId}");
        return Execute($"PRAGMA user_version = {version + 1}");
    });

    // Contents are checked by their hash when they are read; a look at all of them would take as long as they are many.
    private void Check()
    {
        foreach (var table in new[] { "samples", "versions", "models", "personal_models" })
        {
            if (Value($"PRAGMA quick_check('{table}')") is not "ok" and var problem)
            {
                throw new DeviceException($"{_path}: the student's store is damaged ({problem}); restore the file from a copy, or erase the student.");
            }
        }
    }

    private SqliteCommand Bind(string sql, ReadOnlySpan<(string Name, object? Value)> values)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in values)
        {
            command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        }

        return command;
    }

    private T Guarded<T>(Func<T> ask)
    {
        try
        {
            return ask();
        }
        catch (SqliteException e)
        {
            throw new DeviceException($"{_path}: " + e.SqliteErrorCode switch
            {
                Busy => "another process works with this store; wait until it ends, or stop it.",
                ReadOnly => "the store may not be written; change the permissions of the file and its folder.",
                Full => "no space is left on the disk; what was stored before is safe. Free some space and do the same again.",
                CannotOpen => "the store cannot be opened; look at the permissions of the file and its folder.",
                NotADatabase => "this is no student's store (not an SQLite file); move the file away.",
                Corrupt => "the student's store is damaged; restore the file from a copy, or erase the student.",
                _ => $"the store answered: {e.Message.TrimEnd('.')}.",
            }, e);
        }
    }
}
