using System.Collections.Concurrent;

namespace Cohort.Clustering;

/// <summary>The entities of one kind that live in this process and nowhere else: what is told to one that does not is a dead letter.</summary>
public sealed class EntitiesHere : ReceiveActor
{
    /// <param name="entities">From an entity's id to the actor that embodies it; may grow.</param>
    /// <param name="confirmations">Is told every <see cref="Confirmed"/>.</param>
    public EntitiesHere(ConcurrentDictionary<string, Props> entities, IActorRef confirmations)
    {
        var region = Context.ActorOf(Props.Create(() => new ShardRegion(id => entities[id], confirmations)), "entities");
        Receive<ShardingEnvelope>(envelope =>
        {
            if (entities.ContainsKey(envelope.EntityId))
            {
                region.Forward(envelope);
            }
            else
            {
                Context.System.EventStream.Publish(new DeadLetter(envelope.Message, Sender, Self));
            }
        });
    }
}
