using Cohort.Databases;
using Npgsql;

namespace Cohort.Seed.Tests.Ledger;

/// <summary>One server for all tests that need one; each has a database of its own.</summary>
[CollectionDefinition(Name)]
public sealed class OnPostgres : ICollectionFixture<OnPostgres>, IDisposable
{
    public const string Name = "on PostgreSQL";

    public PostgresServer Server { get; } = PostgresServer.Start();

    public void Dispose() => Server.Dispose();
}

internal static class PostgresNames
{
    /// <summary>What errors call a database.</summary>
    public static string Of(string connectionString)
    {
        var parts = new NpgsqlConnectionStringBuilder(connectionString);
        return $"postgres://{parts.Username}@{parts.Host}:{parts.Port}/{parts.Database}";
    }

    public static string PasswordOf(string connectionString) => new NpgsqlConnectionStringBuilder(connectionString).Password!;
}
