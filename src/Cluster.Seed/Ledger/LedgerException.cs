namespace Cohort.Seed.Ledger;

/// <summary>The ledger cannot be opened, read or written; the message names the file and what to do.</summary>
public sealed class LedgerException(string message, Exception? inner = null) : Exception(message, inner);
