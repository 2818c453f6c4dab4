namespace Cohort.Actors;

public static class GracefulStopSupport
{
    /// <summary>Sends a <see cref="PoisonPill"/> and completes with true when the actor has stopped.</summary>
    /// <exception cref="TaskCanceledException">It has not within the timeout.</exception>
    public static Task<bool> GracefulStop(this IActorRef target, TimeSpan timeout) =>
        target.GracefulStop(timeout, PoisonPill.Instance);

    public static async Task<bool> GracefulStop(this IActorRef target, TimeSpan timeout, object stopMessage)
    {
        var subject = (IInternalActorRef)target;
        var watcher = new StopWatcher(subject.System);
        subject.SendSystemMessage(new Watch(watcher));
        target.Tell(stopMessage, ActorRefs.NoSender);
        try
        {
            await watcher.Stopped.WaitAsync(timeout).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException late)
        {
            subject.SendSystemMessage(new Unwatch(watcher));
            throw new TaskCanceledException($"{target} did not stop within {timeout}.", late);
        }
    }

    private sealed class StopWatcher(ActorSystem system) : ActorRefBase
    {
        private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Stopped => _stopped.Task;

        public override ActorPath Path { get; } = system.NewTemporaryPath();

        public override ActorSystem System => system;

        public override void Tell(object message, IActorRef? sender) =>
            system.DeadLetterOffice.Publish(message, sender, this);

        public override void SendSystemMessage(SystemMessage message)
        {
            if (message is DeathWatchNotification) _stopped.TrySetResult();
        }
    }
}
