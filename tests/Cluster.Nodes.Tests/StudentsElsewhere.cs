using Cohort.Clustering;
using Cohort.Messages;
using Cohort.Nodes.Actors;

namespace Cohort.Nodes.Tests;

/// <summary>A cluster whose students are all somewhere else.</summary>
internal sealed class StudentsElsewhere(ICluster rest, IActorRef students, params Member[] others) : ICluster
{
    public Member Self => rest.Self;

    public IReadOnlyList<Member> Members => [Self, .. others];

    public IActorRef StartSingleton(string name, Props props) => rest.StartSingleton(name, props);

    public IActorRef Singleton(string name) => rest.Singleton(name);

    public IActorRef StartRegion(string kind, Func<string, Props> entity, bool confirms = false)
        => rest.StartRegion(kind, entity, confirms);

    public IActorRef Region(string kind)
        => string.Equals(kind, Regions.Students, StringComparison.Ordinal) ? students : rest.Region(kind);

    public Task StartEntity(string kind, string id, Props entity) => rest.StartEntity(kind, id, entity);

    public IActorRef Entities(string kind) => rest.Entities(kind);

    public void Subscribe(string topic, IActorRef subscriber) => rest.Subscribe(topic, subscriber);

    public void Publish(string topic, object message) => rest.Publish(topic, message);
}

/// <summary>A model cache that has the one model that everybody asks for.</summary>
internal sealed class OneModel : ReceiveActor
{
    public OneModel(Func<ModelReady> model) => Receive<NeedModel>(_ => Sender.Tell(model()));

    public OneModel(ModelReady model)
        : this(() => model)
    {
    }
}
