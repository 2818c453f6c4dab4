using Cohort.Seed.Ledger;

namespace Cohort.Seed.Host;

/// <summary>The ledger for those who read it while somebody else writes: one reader at a time on a connection of its own.</summary>
/// <param name="open">Opens it for reading.</param>
public sealed class LedgerView(Func<ILedger> open) : IDisposable
{
    private readonly Lock _gate = new();
    private ILedger? _ledger;

    /// <exception cref="LedgerException">It cannot be read.</exception>
    public T Read<T>(Func<ILedger, T> read)
    {
        lock (_gate)
        {
            _ledger ??= open();
            try
            {
                return read(_ledger);
            }
            catch (LedgerException)
            {
                Close(); // the next reader tries a new connection
                throw;
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            Close();
        }
    }

    private void Close()
    {
        _ledger?.Dispose();
        _ledger = null;
    }
}
