namespace Cohort.Actors;

/// <summary>Asking: a message whose reply completes a task. Without a timeout the task waits for ever.</summary>
public static class Futures
{
    public static Task<T> Ask<T>(this ICanTell self, object message, TimeSpan? timeout = null) =>
        self.Ask<T>(message, timeout, CancellationToken.None);

    public static Task<T> Ask<T>(this ICanTell self, object message, CancellationToken cancellationToken) =>
        self.Ask<T>(message, timeout: null, cancellationToken);

    /// <summary>
    /// The task fails with <see cref="AskTimeoutException"/> when the time is up, with <see cref="ArgumentException"/> on a
    /// reply of another type, and with the cause of a <see cref="Status.Failure"/> unless that is what was asked for.
    /// </summary>
    public static Task<T> Ask<T>(this ICanTell self, object message, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        var promise = NewPromise<T>(self, timeout, cancellationToken);
        self.Tell(message, promise);
        return promise.Task;
    }

    private static Promise<T> NewPromise<T>(ICanTell target, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        var system = (target as IInternalActorRef)?.System ?? ActorCell.Current?.System
            ?? throw new ArgumentException($"{target} belongs to no actor system, so there is nobody to ask.", nameof(target));
        var promise = new Promise<T>(system);
        promise.LimitBy(timeout, cancellationToken);
        return promise;
    }
}
