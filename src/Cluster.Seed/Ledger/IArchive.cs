using Cohort.Model.Files;

namespace Cohort.Seed.Ledger;

/// <summary>Where runs and their models are kept.</summary>
public interface IArchive
{
    /// <summary>Opens it for the one who leads, and makes it if there is none.</summary>
    /// <exception cref="LedgerException">Somebody else writes it, or it cannot be used.</exception>
    /// <exception cref="StorageException">There is no place for models.</exception>
    OpenArchive OpenToWrite();

    /// <summary>Opens it for somebody who looks, also while another writes.</summary>
    /// <exception cref="LedgerException">There is none, or it cannot be used.</exception>
    OpenArchive OpenToRead();
}

/// <summary>A ledger and the models that it speaks of. Used by one caller at a time.</summary>
/// <param name="Ledger">Runs and rounds.</param>
/// <param name="Models">Model files.</param>
public sealed record OpenArchive(ILedger Ledger, IModelStore Models) : IDisposable
{
    public void Dispose() => Ledger.Dispose();
}
