using Cohort.Clustering.RabbitMq.Broker;

namespace Cohort.Clustering.RabbitMq.Parts;

/// <summary>Deliveries whose messages entities have and have not confirmed. May be used by several threads.</summary>
internal sealed class HeldDeliveries
{
    private readonly Lock _lock = new();
    private readonly Dictionary<object, (Inlet Inlet, ulong Tag)> _held = new(ReferenceEqualityComparer.Instance);

    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _held.Count;
            }
        }
    }

    public void Hold(object message, Inlet inlet, ulong tag)
    {
        lock (_lock)
        {
            _held[message] = (inlet, tag);
        }
    }

    /// <summary>An entity has dealt with this message.</summary>
    public void Confirm(object message)
    {
        (Inlet Inlet, ulong Tag) held;
        lock (_lock)
        {
            if (!_held.Remove(message, out held))
            {
                return;
            }
        }

        _ = held.Inlet.AcknowledgeAsync(held.Tag).AsTask();
    }

    /// <summary>They were of queues that are gone.</summary>
    public void Forget()
    {
        lock (_lock)
        {
            _held.Clear();
        }
    }
}

/// <summary>Tells what is held which messages entities confirm.</summary>
internal sealed class Confirmations : ReceiveActor
{
    public Confirmations(HeldDeliveries held) => Receive<Confirmed>(confirmed => held.Confirm(confirmed.Message));
}
