using Cohort.Clustering.RabbitMq.Wire;

namespace Cohort.Clustering.RabbitMq.Broker;

/// <summary>A frame on its way to the broker.</summary>
/// <param name="Exchange">Where it goes.</param>
/// <param name="RoutingKey">To whom.</param>
/// <param name="Mandatory">True if it comes back when no queue takes it.</param>
/// <param name="Frame">What it carries.</param>
/// <param name="Number">The process's own number for the message, by which a returned one is recognised.</param>
/// <param name="Letter">What to tell if it cannot be delivered; null where nobody cares.</param>
internal sealed record Publication(
    string Exchange, string RoutingKey, bool Mandatory, Frame Frame, ulong Number, UndeliveredLetter? Letter)
{
    /// <summary>Over how many connections it was tried.</summary>
    public int Connections { get; set; }

    /// <summary>How often it was returned and published again.</summary>
    public int Returns { get; set; }

    /// <summary>The broker has returned it; its confirm follows.</summary>
    public bool IsReturned { get; set; }
}

/// <summary>Message, sender and recipient, as they stand in a dead letter.</summary>
internal sealed record UndeliveredLetter(object Message, IActorRef? Sender, IActorRef Recipient);
