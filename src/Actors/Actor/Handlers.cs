using System.Runtime.CompilerServices;

namespace Cohort.Actors;

/// <summary>
/// How a registered delegate is called with a message: known by the message type and the way of registering, and shared by all
/// actors, so that an idle actor keeps nothing but its delegates.
/// </summary>
internal abstract class Handling
{
    protected Handling(Type messageType) => MessageType = messageType;

    public Type MessageType { get; }

    /// <summary>False when the handler did not want the message.</summary>
    /// <param name="handler">What was registered with this handling.</param>
    /// <param name="message">A message of <see cref="MessageType"/>.</param>
    public abstract bool TryHandle(object handler, object message);

    /// <summary>An object as what it was looked up to be: no second check.</summary>
    protected static T As<T>(object value) => typeof(T).IsValueType ? (T)value : Unsafe.As<object, T>(ref value);
}

/// <summary><see cref="Action{T}"/>.</summary>
internal sealed class Handles<T>() : Handling(typeof(T))
{
    public static readonly Handles<T> Instance = new();

    public override bool TryHandle(object handler, object message)
    {
        As<Action<T>>(handler)(As<T>(message));
        return true;
    }
}

/// <summary><see cref="Func{T, Boolean}"/>.</summary>
internal sealed class TriesToHandle<T>() : Handling(typeof(T))
{
    public static readonly TriesToHandle<T> Instance = new();

    public override bool TryHandle(object handler, object message) => As<Func<T, bool>>(handler)(As<T>(message));
}

/// <summary><see cref="Func{T, Task}"/>.</summary>
internal sealed class HandlesAsync<T>() : Handling(typeof(T))
{
    public static readonly HandlesAsync<T> Instance = new();

    public override bool TryHandle(object handler, object message)
    {
        ActorCell.Current!.Await(As<Func<T, Task>>(handler), As<T>(message));
        return true;
    }
}

/// <summary><see cref="Condition"/>: a handler, and what it asks first.</summary>
internal sealed class HandlesSome<T>() : Handling(typeof(T))
{
    public static readonly HandlesSome<T> Instance = new();

    public override bool TryHandle(object handler, object message)
    {
        var typed = As<T>(message);
        var condition = As<Condition>(handler);
        if (!condition.ShouldHandle(typed)) return false;
        condition.Handle(typed);
        return true;
    }

    internal sealed class Condition(Predicate<T> shouldHandle, Action<T> handle)
    {
        public readonly Predicate<T> ShouldHandle = shouldHandle;
        public readonly Action<T> Handle = handle;
    }
}
