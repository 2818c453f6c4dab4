namespace Cohort.Clustering;

/// <summary>
/// The entities of one kind that live in this process. An entity is created by its first message; between its wish to be
/// passivated and its end, messages for it are kept and start its next life.
/// </summary>
public sealed class ShardRegion : ReceiveActor
{
    private readonly Func<string, Props> _entity;
    private readonly Dictionary<string, IActorRef> _entities = new(StringComparer.Ordinal);
    private readonly Dictionary<IActorRef, string> _ids = [];
    private readonly Dictionary<string, List<(object Message, IActorRef Sender)>> _leaving = new(StringComparer.Ordinal);

    /// <param name="entity">From an entity's id to the actor that embodies it.</param>
    /// <param name="confirmations">Is told every <see cref="Confirmed"/>.</param>
    public ShardRegion(Func<string, Props> entity, IActorRef confirmations)
    {
        _entity = entity;
        Receive<Confirmed>(confirmations.Forward);
        Receive<ShardingEnvelope>(Deliver);
        Receive<Passivate>(LetGo);
        Receive<Terminated>(stopped => Forget(stopped.ActorRef));
    }

    private void Deliver(ShardingEnvelope envelope)
    {
        if (_leaving.TryGetValue(envelope.EntityId, out var waiting))
        {
            waiting.Add((envelope.Message, Sender));
            return;
        }

        Living(envelope.EntityId).Tell(envelope.Message, Sender);
    }

    private void LetGo(Passivate wish)
    {
        if (_ids.TryGetValue(Sender, out var id) && _leaving.TryAdd(id, []))
        {
            Sender.Tell(wish.StopMessage);
        }
    }

    private void Forget(IActorRef stopped)
    {
        if (!_ids.Remove(stopped, out var id))
        {
            return;
        }

        _entities.Remove(id);
        if (_leaving.Remove(id, out var waiting))
        {
            foreach (var (message, sender) in waiting)
            {
                Living(id).Tell(message, sender);
            }
        }
    }

    private IActorRef Living(string id)
    {
        if (!_entities.TryGetValue(id, out var entity))
        {
            entity = Context.Watch(Context.ActorOf(_entity(id), Uri.EscapeDataString(id)));
            _entities.Add(id, entity);
            _ids.Add(entity, id);
        }

        return entity;
    }
}
