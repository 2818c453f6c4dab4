namespace Cohort.Seed.Ledger;

/// <summary>A PostgreSQL database with ledger and models, so that a seed on another machine can take over.</summary>
/// <param name="options">Where it is.</param>
/// <param name="time">Dates ledger rows.</param>
public sealed class PostgresArchive(PostgresOptions options, TimeProvider time) : IArchive
{
    public OpenArchive OpenToWrite() => Open(PostgresLedger.Open(options, time));

    public OpenArchive OpenToRead() => Open(PostgresLedger.OpenToRead(options));

    private static OpenArchive Open(PostgresLedger ledger) => new(ledger, ledger.Models);
}
