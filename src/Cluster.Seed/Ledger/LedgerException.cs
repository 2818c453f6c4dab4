namespace Cohort.Seed.Ledger;

/// <summary>The ledger cannot be opened, read or written; the message names the file or database and what to do.</summary>
public class LedgerException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>
/// Another writer has opened the ledger since, so that this one may never write again: its process has to stop leading.
/// </summary>
public sealed class LedgerTakenOverException(string message) : LedgerException(message);
