namespace Cohort.Clustering.RabbitMq.Refs;

/// <summary>Where a message for somebody elsewhere goes.</summary>
/// <param name="Exchange">Which exchange.</param>
/// <param name="RoutingKey">To whom.</param>
/// <param name="Mandatory">True if it is to come back when nobody takes it.</param>
internal sealed record Route(string Exchange, string RoutingKey, bool Mandatory = true)
{
    /// <summary>The actor, where it is one.</summary>
    public Address? Target { get; init; }

    /// <summary>The entity, where it is one.</summary>
    public string Entity { get; init; } = "";

    public static Route ToActor(Address target) => new(Names.Refs, target.Member) { Target = target };

    public static Route ToEntity(string kind, string entity) => new(Names.Region(kind), entity) { Entity = entity };

    public static Route ToSingleton(string name) => new(Names.Singletons, name);

    /// <summary>A topic without subscribers is no mistake.</summary>
    public static Route ToTopic(string topic) => new(Names.Topics, topic, Mandatory: false);
}
