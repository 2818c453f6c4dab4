using System.Runtime.CompilerServices;

namespace Cohort.Actors;

/// <summary>A registered handler. It is only given messages of its type.</summary>
internal abstract class Handler
{
    /// <summary>False when the handler did not want the message.</summary>
    public abstract bool TryHandle(object message);

    /// <summary>The message as what it was looked up to be: no second check.</summary>
    protected static T As<T>(object message) => typeof(T).IsValueType ? (T)message : Unsafe.As<object, T>(ref message);
}

internal sealed class SyncHandler<T>(Action<T> handler, Predicate<T>? shouldHandle) : Handler
{
    public override bool TryHandle(object message)
    {
        var typed = As<T>(message);
        if (shouldHandle is not null && !shouldHandle(typed)) return false;
        handler(typed);
        return true;
    }
}

internal sealed class TryHandler<T>(Func<T, bool> handler) : Handler
{
    public override bool TryHandle(object message) => handler(As<T>(message));
}

internal sealed class AsyncHandler<T>(ActorCell cell, Func<T, Task> handler, Predicate<T>? shouldHandle) : Handler
{
    public override bool TryHandle(object message)
    {
        var typed = As<T>(message);
        if (shouldHandle is not null && !shouldHandle(typed)) return false;
        cell.Await(handler, typed);
        return true;
    }
}
