namespace Cohort.Actors;

/// <summary>Sends what a task comes to as a message.</summary>
public static class PipeToSupport
{
    /// <summary>Sends the task's result, or a <see cref="Status.Failure"/> of what it threw.</summary>
    /// <param name="taskToPipe">Whose outcome is sent.</param>
    /// <param name="recipient">Whom it is sent to.</param>
    /// <param name="sender">As whom; nobody if null.</param>
    /// <param name="success">Makes the message of the result.</param>
    /// <param name="failure">Makes the message of the exception.</param>
    public static async Task PipeTo<T>(
        this Task<T> taskToPipe, ICanTell recipient, IActorRef? sender = null, Func<T, object>? success = null,
        Func<Exception, object>? failure = null)
    {
        object? message;
        try
        {
            var result = await taskToPipe.ConfigureAwait(false);
            message = success is null ? result : success(result);
        }
#pragma warning disable CA1031 // It is sent, not swallowed.
        catch (Exception cause)
        {
            message = failure is null ? new Status.Failure(cause) : failure(cause);
        }
#pragma warning restore CA1031
        recipient.Tell(message!, sender);
    }

    /// <summary>
    /// Sends what <paramref name="success"/> makes when the task is done, nothing if it is null; a failure as above.
    /// </summary>
    public static async Task PipeTo(
        this Task taskToPipe, ICanTell recipient, IActorRef? sender = null, Func<object>? success = null,
        Func<Exception, object>? failure = null)
    {
        object? message;
        try
        {
            await taskToPipe.ConfigureAwait(false);
            message = success?.Invoke();
        }
#pragma warning disable CA1031
        catch (Exception cause)
        {
            message = failure is null ? new Status.Failure(cause) : failure(cause);
        }
#pragma warning restore CA1031
        if (message is not null) recipient.Tell(message, sender);
    }
}
