namespace Cohort.Seed.Ledger;

/// <summary>Where the ledger on PostgreSQL is.</summary>
public sealed record PostgresOptions
{
    /// <summary>As Npgsql has it: <c>Host=db.example;Port=5432;Database=cohort;Username=cohort</c>.</summary>
    public required string ConnectionString { get; init; }

    /// <summary>Put into <see cref="ConnectionString"/>, unless null. No error repeats it.</summary>
    public string? Password { get; init; }

    /// <summary>How long a call goes on trying while the server is away, as it is when it restarts.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Neither password nor connection string, which may hold one.</summary>
    public override string ToString() => nameof(PostgresOptions);
}
