namespace Cohort.Clustering;

/// <summary>
/// What the mission's actors need of a cluster, whichever engine provides it: one actor of a kind in the whole cluster, entities
/// spread over the nodes, broadcast, and the list of members. Actor code does not change between one process and many machines.
/// </summary>
public interface ICluster
{
    /// <summary>This process, as other members see it.</summary>
    Member Self { get; }

    /// <summary>Everybody who is in, this process included.</summary>
    IReadOnlyList<Member> Members { get; }

    /// <summary>Offers to run the cluster's one actor of this name here, and returns a reference to wherever it runs.</summary>
    /// <exception cref="InvalidOperationException">This process offers the name already.</exception>
    IActorRef StartSingleton(string name, Props props);

    /// <summary>A reference to the cluster's one actor of this name, wherever it runs.</summary>
    IActorRef Singleton(string name);

    /// <summary>
    /// Hosts entities of a kind here. The region accepts <see cref="ShardingEnvelope"/>, creates the entity on its first message,
    /// and stops it when it asks by <see cref="Passivate"/>.
    /// </summary>
    /// <param name="kind">The kind's name, the same on every node.</param>
    /// <param name="entity">From an entity's id to the actor that embodies it.</param>
    /// <param name="confirms">
    /// True if entities tell their region <see cref="Confirmed"/> for every message, so that a member takes no more than it has
    /// room for; else a message counts as dealt with when its entity has it.
    /// </param>
    IActorRef StartRegion(string kind, Func<string, Props> entity, bool confirms = false);

    /// <summary>A reference that reaches every entity of a kind, wherever it lives.</summary>
    IActorRef Region(string kind);

    /// <summary>
    /// This entity lives here and nowhere else, as long as this process is in: nobody else can have it meanwhile, and what it is told while
    /// nobody has it becomes a dead letter of whoever told it. It tells its parent <see cref="Confirmed"/> for every message, and
    /// <see cref="Passivate"/> when it is idle.
    /// </summary>
    /// <param name="kind">The kind's name; none of a region.</param>
    /// <param name="id">Its id.</param>
    /// <param name="entity">The actor that embodies it.</param>
    /// <returns>Completes when messages for it arrive here.</returns>
    /// <exception cref="EntityTakenException">It lives elsewhere.</exception>
    Task StartEntity(string kind, string id, Props entity);

    /// <summary>A reference that reaches every entity of a kind which lives in one place each, by <see cref="ShardingEnvelope"/>.</summary>
    IActorRef Entities(string kind);

    /// <summary>Tells <paramref name="subscriber"/> everything published under a topic from now on, until it stops.</summary>
    void Subscribe(string topic, IActorRef subscriber);

    /// <summary>Tells a message to all subscribers of a topic, on all members.</summary>
    void Publish(string topic, object message);
}

/// <summary>One process of the cluster.</summary>
/// <param name="Name">Unique in the cluster.</param>
/// <param name="Slots">How many students it trains at a time: its weight when students are spread. 0 for a seed.</param>
public sealed record Member(string Name, int Slots)
{
    /// <summary>Differs between two lives under one name: a process that died and came back is another one.</summary>
    public string Incarnation { get; init; } = "";

    /// <summary>What it is there for.</summary>
    public MemberRole Role { get; init; } = MemberRole.Node;
}

/// <summary>What a process of the cluster is there for.</summary>
public enum MemberRole
{
    /// <summary>Trains students and leads groups.</summary>
    Node,

    /// <summary>Offers to run the coordinator.</summary>
    Seed,

    /// <summary>Trains the students whose samples lie on it, and nobody else.</summary>
    Device,
}

/// <summary>Told to the event stream of every other member: a process is in.</summary>
public sealed record MemberJoined(Member Member);

/// <summary>
/// Told to the event stream of every other member: a process is out, and what it was asked is undone unless it has answered.
/// </summary>
/// <param name="Member">Who.</param>
/// <param name="Reason">Why, for people.</param>
public sealed record MemberLeft(Member Member, string Reason);

/// <summary>
/// An entity that is to live in one place lives elsewhere. Also told to the event stream where this process had it, lost its connection,
/// and another one has it now.
/// </summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Id">Its id.</param>
public sealed record EntityTaken(string Kind, string Id)
{
    public string Sentence => $"'{Id}' of {Kind} lives in another process of the cluster, and can be in one only; end it there first";
}

/// <inheritdoc cref="EntityTaken"/>
public sealed class EntityTakenException(EntityTaken taken) : Exception(taken.Sentence + ".")
{
    public EntityTaken Taken => taken;
}
