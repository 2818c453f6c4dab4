using System.Collections.Concurrent;

namespace Cohort.Clustering;

/// <summary>The cluster seam in one process: the singleton is the actor, a region is a dictionary, a topic is a list.</summary>
public sealed class LocalCluster(ActorSystem system, Member self) : ICluster
{
    private readonly ConcurrentDictionary<string, Lazy<IActorRef>> _singletons = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Lazy<IActorRef>> _regions = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Lazy<IActorRef>> _topics = new(StringComparer.Ordinal);

    private readonly ConcurrentDictionary<string, Lazy<(IActorRef Region, ConcurrentDictionary<string, Props> Entities)>> _entities =
        new(StringComparer.Ordinal);

    public Member Self => self;

    public IReadOnlyList<Member> Members { get; } = [self];

    public IActorRef StartSingleton(string name, Props props)
        => StartOnce(
            _singletons,
            name,
            () => system.ActorOf(props, name),
            $"A singleton named '{name}' runs in this process already.");

    public IActorRef Singleton(string name)
        => Started(_singletons, name, $"No singleton named '{name}' was started; start it before it is asked for.");

    public IActorRef StartRegion(string kind, Func<string, Props> entity, bool confirms = false)
        => StartOnce(
            _regions,
            kind,
            () => system.ActorOf(Props.Create(() => new ShardRegion(entity, ActorRefs.Nobody)), kind),
            $"Entities of kind '{kind}' are hosted in this process already.");

    public IActorRef Region(string kind)
        => Started(_regions, kind, $"Nobody hosts entities of kind '{kind}'; start a node before the seed asks for them.");

    public Task StartEntity(string kind, string id, Props entity)
        => Here(kind).Entities.TryAdd(id, entity)
            ? Task.CompletedTask
            : Task.FromException(new EntityTakenException(new(kind, id)));

    public IActorRef Entities(string kind) => Here(kind).Region;

    public void Subscribe(string topic, IActorRef subscriber) => TopicOf(topic).Tell(new Topic.Subscribe(subscriber));

    public void Publish(string topic, object message) => TopicOf(topic).Tell(new Topic.Publish(message));

    private (IActorRef Region, ConcurrentDictionary<string, Props> Entities) Here(string kind)
        => _entities.GetOrAdd(kind, name => new(() =>
        {
            var entities = new ConcurrentDictionary<string, Props>(StringComparer.Ordinal);
            return (system.ActorOf(Props.Create(() => new EntitiesHere(entities, ActorRefs.Nobody)), name), entities);
        })).Value;

    private IActorRef TopicOf(string topic)
        => _topics.GetOrAdd(topic, name => new(() => system.ActorOf(Props.Create(() => new Topic()), "topic-" + name))).Value;

    private static IActorRef StartOnce(
        ConcurrentDictionary<string, Lazy<IActorRef>> started, string name, Func<IActorRef> start, string alreadyStarted)
    {
        var mine = new Lazy<IActorRef>(start);
        if (!started.TryAdd(name, mine))
        {
            throw new InvalidOperationException(alreadyStarted);
        }

        return mine.Value;
    }

    private static IActorRef Started(ConcurrentDictionary<string, Lazy<IActorRef>> started, string name, string notStarted)
        => started.TryGetValue(name, out var actor) ? actor.Value : throw new InvalidOperationException(notStarted);
}
