using Cohort.Model.Files;

namespace Cohort.Seed.Ledger;

/// <summary>A folder with an SQLite ledger and model files: for one seed, or one machine.</summary>
/// <param name="folder">Made if absent.</param>
/// <param name="time">Dates ledger rows.</param>
public sealed class FolderArchive(string folder, TimeProvider time) : IArchive
{
    public OpenArchive OpenToWrite()
    {
        var ledger = SqliteLedger.Open(folder, time);
        try
        {
            var models = Models();
            models.DeleteParts(); // half-written by a process that died; nobody else writes while we hold the ledger
            return new(ledger, models);
        }
        catch
        {
            ledger.Dispose();
            throw;
        }
    }

    public OpenArchive OpenToRead() => new(SqliteLedger.OpenToRead(folder), Models());

    private ModelStore Models() => new(Path.Combine(folder, "models"));
}
