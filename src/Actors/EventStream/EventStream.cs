using System.Collections.Immutable;

namespace Cohort.Actors;

/// <summary>Publishes events to the actors that subscribed to their class, a base class or an interface of it.</summary>
public sealed class EventStream
{
    private ImmutableArray<Subscription> _subscriptions = [];

    /// <summary>Log events below this level are not published.</summary>
    public LogLevel LogLevel { get; } = LogLevel.InfoLevel;

    /// <summary>False if it was subscribed already.</summary>
    public bool Subscribe(IActorRef subscriber, Type channel)
    {
        ArgumentNullException.ThrowIfNull(subscriber);
        ArgumentNullException.ThrowIfNull(channel);
        var added = new Subscription(subscriber, channel);
        return ImmutableInterlocked.Update(ref _subscriptions, old => old.Contains(added) ? old : old.Add(added));
    }

    /// <summary>False if it was not subscribed.</summary>
    public bool Unsubscribe(IActorRef subscriber, Type channel)
    {
        ArgumentNullException.ThrowIfNull(subscriber);
        ArgumentNullException.ThrowIfNull(channel);
        return ImmutableInterlocked.Update(ref _subscriptions, old => old.Remove(new Subscription(subscriber, channel)));
    }

    public bool Unsubscribe(IActorRef subscriber)
    {
        ArgumentNullException.ThrowIfNull(subscriber);
        return ImmutableInterlocked.Update(ref _subscriptions, old => old.RemoveAll(each => each.Subscriber.Equals(subscriber)));
    }

    /// <summary>True if somebody else has subscribed to this very class.</summary>
    internal bool HasOthersThan(IActorRef subscriber, Type channel) =>
        _subscriptions.Any(each => each.Channel == channel && !each.Subscriber.Equals(subscriber));

    public void Publish(object @event)
    {
        ArgumentNullException.ThrowIfNull(@event);
        HashSet<IActorRef>? told = null;
        foreach (var (subscriber, channel) in _subscriptions)
        {
            if (!channel.IsInstanceOfType(@event)) continue;
            // A dead subscriber must not turn a dead letter into another one.
            if (subscriber is IInternalActorRef { IsTerminated: true }) Unsubscribe(subscriber);
            else if ((told ??= []).Add(subscriber)) subscriber.Tell(@event, ActorRefs.NoSender);
        }
    }

    private sealed record Subscription(IActorRef Subscriber, Type Channel);
}

public static class EventStreamExtensions
{
    public static bool Subscribe<TChannel>(this EventStream eventStream, IActorRef subscriber) =>
        eventStream.Subscribe(subscriber, typeof(TChannel));

    public static bool Unsubscribe<TChannel>(this EventStream eventStream, IActorRef subscriber) =>
        eventStream.Unsubscribe(subscriber, typeof(TChannel));
}
