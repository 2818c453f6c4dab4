using Cohort.Seed.Ledger;

namespace Cohort.Seed.Host;

/// <summary>
/// Runs and models for those who look while somebody else writes: one reader at a time on a connection of its own.
/// </summary>
/// <param name="archive">Where they are kept.</param>
public sealed class ArchiveView(IArchive archive) : IDisposable
{
    private readonly Lock _gate = new();
    private OpenArchive? _open;

    /// <exception cref="LedgerException">It cannot be read.</exception>
    public T Read<T>(Func<OpenArchive, T> read)
    {
        lock (_gate)
        {
            _open ??= archive.OpenToRead();
            try
            {
                return read(_open);
            }
            catch (LedgerException)
            {
                Close(); // the next reader tries a new connection
                throw;
            }
        }
    }

    /// <summary>For a reader who takes long; to be disposed of by it.</summary>
    /// <exception cref="LedgerException">It cannot be read.</exception>
    public OpenArchive Open() => archive.OpenToRead();

    public void Dispose()
    {
        lock (_gate)
        {
            Close();
        }
    }

    private void Close()
    {
        _open?.Dispose();
        _open = null;
    }
}
