using Cohort.Clustering;

namespace Cohort.Hosting.Membership;

/// <summary>What operators need of a cluster besides what its actors need; of whichever engine it is.</summary>
public interface IClusterOperations : IAsyncDisposable
{
    ICluster Cluster { get; }

    /// <summary>True while messages can be sent: it turns false when the broker is lost, and true again.</summary>
    bool IsConnected { get; }

    /// <summary>True once the others know that this member is in.</summary>
    bool IsIn { get; }

    /// <summary>Everybody who is in, with what operators want to know of each.</summary>
    IReadOnlyList<MemberState> Members { get; }

    /// <summary>This member takes no new students; returns when those it has are done, or handed back at the deadline.</summary>
    Task DrainAsync(TimeSpan deadline);

    /// <summary>The oldest messages that could not be dealt with.</summary>
    Task<IReadOnlyList<DeadMessage>> ReadDeadLettersAsync(int limit, CancellationToken stop);

    /// <summary>Sends all dead letters to where they were meant to go.</summary>
    /// <returns>How many.</returns>
    Task<int> ReplayDeadLettersAsync(CancellationToken stop);

    /// <summary>Throws all dead letters away.</summary>
    /// <returns>How many.</returns>
    Task<int> PurgeDeadLettersAsync(CancellationToken stop);
}

/// <summary>One process of the cluster, as operators see it.</summary>
/// <param name="Member">Name, slots, incarnation.</param>
/// <param name="Role">seed or node.</param>
/// <param name="IsDraining">It takes no new students.</param>
public sealed record MemberState(Member Member, string Role, bool IsDraining);

/// <summary>A message that could not be dealt with.</summary>
/// <param name="Type">The message type.</param>
/// <param name="Reason">Why it is here.</param>
/// <param name="Queue">Where it lay.</param>
/// <param name="Target">Whom it was for.</param>
/// <param name="Run">The run it belongs to; empty for none.</param>
/// <param name="Round">The round; 0 for none.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Time">When it was given up, in UTC.</param>
public sealed record DeadMessage(
    string Type, string Reason, string Queue, string Target, string Run, int Round, long Bytes, DateTimeOffset Time);
