namespace Cohort.Clustering;

/// <summary>Broadcast inside one process: whoever subscribed is told, in the order of publication, until it stops.</summary>
public sealed class Topic : ReceiveActor
{
    private readonly HashSet<IActorRef> _subscribers = [];

    public Topic()
    {
        Receive<Subscribe>(wish =>
        {
            if (_subscribers.Add(wish.Subscriber))
            {
                Context.Watch(wish.Subscriber);
            }
        });
        Receive<Publish>(publication =>
        {
            foreach (var subscriber in _subscribers)
            {
                subscriber.Tell(publication.Message, Sender);
            }
        });
        Receive<Terminated>(stopped => _subscribers.Remove(stopped.ActorRef));
    }

    public sealed record Subscribe(IActorRef Subscriber);

    public sealed record Publish(object Message);
}
