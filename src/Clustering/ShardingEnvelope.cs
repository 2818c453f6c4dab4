namespace Cohort.Clustering;

/// <summary>A message and the entity it is for, as in Akka.NET's cluster sharding.</summary>
public sealed record ShardingEnvelope(string EntityId, object Message);

/// <summary>
/// Entity to region: I am idle, stop me with this message; what arrives meanwhile is kept for my next life. As in
/// Akka.NET's cluster sharding.
/// </summary>
public sealed record Passivate(object StopMessage);

/// <summary>
/// Entity to region: this message is dealt with. Until then a node that dies leaves it undone, and a node holds no more of them
/// than it has room for. Only for regions started with <c>confirms: true</c>.
/// </summary>
public sealed record Confirmed(object Message);
