using Xunit;

namespace Cohort.Actors.Testing;

public abstract partial class TestKitBase
{
    /// <summary>The next messages; fails if there are fewer.</summary>
    public IReadOnlyCollection<object> ReceiveN(int numberOfMessages) => ReceiveN(numberOfMessages, RemainingOr(null));

    public IReadOnlyCollection<object> ReceiveN(int numberOfMessages, TimeSpan max)
    {
        var end = Now + max;
        var messages = new List<object>(numberOfMessages);
        while (messages.Count < numberOfMessages)
        {
            if (!TryReceiveOne(out var envelope, Positive(end - Now)))
                Assert.Fail($"Timeout ({max}) while expecting {numberOfMessages} messages. Only got {messages.Count} so far.");
            messages.Add(envelope!.Message);
        }
        return messages;
    }

    /// <summary>Drops messages until one is of the type and accepted.</summary>
    public T FishForMessage<T>(Predicate<T> isMessage, TimeSpan? max = null, string? hint = "")
    {
        var wait = RemainingOr(max);
        var end = Now + wait;
        while (TryReceiveOne(out var envelope, Positive(end - Now)))
        {
            if (envelope!.Message is T typed && isMessage(typed)) return typed;
        }
        Assert.Fail($"Timeout ({wait}) during fishForMessage of {typeof(T)}. {hint}");
        throw new InvalidOperationException();
    }

    private bool TryReceiveOne(out MessageEnvelope? envelope, TimeSpan max)
    {
        if (!_queue.TryTake(out envelope, Milliseconds(max))) return false;
        _last = envelope;
        return true;
    }

    private static TimeSpan Positive(TimeSpan time) => time > TimeSpan.Zero ? time : TimeSpan.Zero;

    private static int Milliseconds(TimeSpan time) =>
        time == Timeout.InfiniteTimeSpan ? Timeout.Infinite : (int)Math.Ceiling(Positive(time).TotalMilliseconds);
}
