namespace Cohort.Clustering;

/// <summary>A message and the entity it is for, as in Akka.NET's cluster sharding.</summary>
public sealed record ShardingEnvelope(string EntityId, object Message);

/// <summary>
/// Entity to region: I am idle, stop me with this message; what arrives meanwhile is kept for my next life. As in
/// Akka.NET's cluster sharding.
/// </summary>
public sealed record Passivate(object StopMessage);
