namespace Cohort.Seed.Ledger;

/// <summary>Where the ledger on PostgreSQL is.</summary>
public sealed record PostgresOptions
{
    /// <summary>
    /// As Npgsql has it: <c>Host=db.example;Port=5432;Database=cohort;Username=cohort;Password=...</c>. The password is put in by
    /// whoever read it from a file or the environment; no error repeats it.
    /// </summary>
    public required string ConnectionString { get; init; }

    /// <summary>How long a call goes on trying while the server is away, as it is when it restarts.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(15);
}
