using System.Net.Sockets;
using Npgsql;

namespace Cohort.Seed.Ledger;

/// <summary>PostgreSQL's errors: which pass by themselves, and what to tell about those that do not.</summary>
internal static class PostgresErrors
{
    private const string IdleInTransactionSessionTimeout = "25P03";

    /// <summary>True for a lost connection, and for a server that is starting, stopping or has ended our transaction.</summary>
    public static bool MayPass(Exception e) => e switch
    {
        PostgresException { SqlState: var state } => state
            is PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow
            or IdleInTransactionSessionTimeout
            or PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected
            or PostgresErrorCodes.TooManyConnections,
        NpgsqlException { InnerException: SocketException { SocketErrorCode: SocketError.HostNotFound } } => false,
        NpgsqlException npgsql => npgsql.IsTransient || npgsql.InnerException is IOException,
        SocketException { SocketErrorCode: SocketError.HostNotFound } => false,
        _ => true,
    };

    /// <param name="name">What errors call the database.</param>
    /// <param name="e">What went wrong.</param>
    public static LedgerException Sentence(string name, Exception e) => new($"{name}: " + e switch
    {
        PostgresException error => Sentence(error),
        _ when Socket(e) is { SocketErrorCode: SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData } =>
            "there is no host of this name; look at the host in the ledger's connection string.",
        _ when Socket(e) is not null || e is TimeoutException || e.InnerException is TimeoutException or IOException =>
            "the server cannot be reached; see that it runs and that host and port in the ledger's connection string are its " +
            "own. What was recorded before is safe.",
        _ => $"the server cannot be used ({e.Message.TrimEnd('.')}).",
    }, e);

    // https://www.postgresql.org/docs/15/errcodes-appendix.html
    private static string Sentence(PostgresException error) => error.SqlState switch
    {
        PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification =>
            "the server refuses this user or password; look at both in the seed's configuration.",
        PostgresErrorCodes.InvalidCatalogName =>
            "the server has no such database; make it with createdb, or name another in the ledger's connection string.",
        PostgresErrorCodes.InsufficientPrivilege =>
            $"the user may not do this ({error.MessageText.TrimEnd('.')}); make the user the owner of the database.",
        PostgresErrorCodes.ReadOnlySqlTransaction =>
            "the ledger may not be written; it was opened for reading, or the server is a standby.",
        PostgresErrorCodes.DiskFull =>
            "no space is left on the server's disk; what was recorded before is safe. Free some space and start the run again.",
        PostgresErrorCodes.TooManyConnections =>
            "the server has no connection left; raise its max_connections, or end what uses them.",
        PostgresErrorCodes.CannotConnectNow or PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown =>
            "the server is starting or stopping; start this again once it runs. What was recorded before is safe.",
        PostgresErrorCodes.DataCorrupted or PostgresErrorCodes.IndexCorrupted =>
            "the ledger is damaged; restore the database from a copy.",
        _ => $"the server answered: {error.MessageText.TrimEnd('.')} (SQLSTATE {error.SqlState}).",
    };

    private static SocketException? Socket(Exception? e)
    {
        for (; e is not null; e = e.InnerException)
        {
            if (e is SocketException socket)
                return socket;
        }
        return null;
    }
}
