using Cohort.Clustering.RabbitMq.Broker;
using Cohort.Clustering.RabbitMq.Wire;

namespace Cohort.Clustering.RabbitMq.Refs;

/// <summary>From deliveries to messages: what cannot be read is rejected, counted, and logged once per cause.</summary>
internal sealed class Receiver(int largest, ClusterMetrics metrics, Postman postman)
{
    /// <summary>For one life of one queue.</summary>
    public FrameReader NewReader() => new(largest, postman.Refuse);

    /// <summary>False if the delivery was rejected; true if it is to be acknowledged once it is dealt with.</summary>
    /// <param name="reader">The queue's.</param>
    /// <param name="inlet">The queue's.</param>
    /// <param name="delivery">A frame.</param>
    /// <param name="deliver">Is given the message if the frame completes one.</param>
    public async ValueTask<bool> ReceiveAsync(FrameReader reader, Inlet inlet, Delivery delivery, Action<Incoming> deliver)
    {
        metrics.Received(delivery.Body.Length + (delivery.Header?.Length ?? 0), delivery.Redelivered);
        RefusedException refusal;
        try
        {
            if (reader.Read(delivery.Body.Span, delivery.Header) is { } incoming)
            {
                deliver(incoming);
            }

            return true;
        }
        catch (RefusedException refused)
        {
            refusal = refused;
        }

        postman.Refuse(refusal);
        await inlet.RejectAsync(delivery.Tag);
        return false;
    }
}
