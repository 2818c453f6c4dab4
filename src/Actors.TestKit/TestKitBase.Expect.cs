using Xunit;

namespace Cohort.Actors.Testing;

public abstract partial class TestKitBase
{
    /// <summary>The next message must be of the type.</summary>
    public T ExpectMsg<T>(TimeSpan? duration = null, string? hint = null) => Expect<T>(duration, (_, _) => { }, hint);

    /// <summary>The next message must equal this one.</summary>
    public T ExpectMsg<T>(T message, TimeSpan? timeout = null, string? hint = null) =>
        Expect<T>(timeout, (actual, _) => Assert.Equal(message, actual), hint);

    public T ExpectMsg<T>(Predicate<T> isMessage, TimeSpan? timeout = null, string? hint = null) =>
        Expect<T>(timeout, (actual, _) => Assert.True(isMessage(actual), $"The predicate refused <{actual}>. {hint}"), hint);

    public T ExpectMsg<T>(Action<T> assert, TimeSpan? timeout = null, string? hint = null) =>
        Expect<T>(timeout, (actual, _) => assert(actual), hint);

    public T ExpectMsg<T>(Func<T, IActorRef, bool> isMessageAndSender, TimeSpan? timeout = null, string? hint = null) =>
        Expect<T>(
            timeout,
            (actual, sender) =>
                Assert.True(isMessageAndSender(actual, sender), $"The predicate refused <{actual}> from {sender}. {hint}"),
            hint);

    public T ExpectMsg<T>(Action<T, IActorRef> assertMessageAndSender, TimeSpan? timeout = null, string? hint = null) =>
        Expect(timeout, assertMessageAndSender, hint);

    /// <summary>The next message must be the <see cref="Terminated"/> of the actor.</summary>
    public Terminated ExpectTerminated(IActorRef target, TimeSpan? timeout = null, string? hint = null) =>
        Expect<Terminated>(timeout, (terminated, _) => Assert.Equal(target, terminated.ActorRef), hint);

    public void ExpectNoMsg() => ExpectNoMsg(RemainingOr(null));

    public void ExpectNoMsg(int milliseconds) => ExpectNoMsg(TimeSpan.FromMilliseconds(milliseconds));

    public void ExpectNoMsg(TimeSpan duration)
    {
        if (TryReceiveOne(out var envelope, duration)) Assert.Fail($"Expected no message during {duration}, got {envelope}.");
    }

    private T Expect<T>(TimeSpan? timeout, Action<T, IActorRef> assert, string? hint)
    {
        var wait = RemainingOr(timeout);
        if (!TryReceiveOne(out var envelope, wait))
            Assert.Fail($"Timeout {wait} while waiting for a message of type {typeof(T)}. {hint}");
        if (envelope!.Message is not T typed)
        {
            Assert.Fail($"Expected a message of type {typeof(T)}, got {envelope} ({envelope.Message.GetType()}). {hint}");
            throw new InvalidOperationException();
        }
        assert(typed, envelope.Sender);
        return typed;
    }
}
