using System.Collections.Concurrent;

namespace Cohort.Actors.Testing;

/// <summary>Queues what it receives.</summary>
internal sealed class TestActor(BlockingCollection<MessageEnvelope> queue) : UntypedActor
{
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Watch watch:
                Context.Watch(watch.Actor);
                break;
            case Unwatch unwatch:
                Context.Unwatch(unwatch.Actor);
                break;
            default:
                queue.Add(new MessageEnvelope(message, Sender));
                break;
        }
    }

    internal sealed record Watch(IActorRef Actor);

    internal sealed record Unwatch(IActorRef Actor);
}
