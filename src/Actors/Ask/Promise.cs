namespace Cohort.Actors;

/// <summary>The sender of an ask: the first message told to it completes the task. It is no actor and costs one object.</summary>
internal sealed class Promise<T>(ActorSystem system)
    : TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously), IInternalActorRef
{
    private ActorPath? _path;
    private List<IInternalActorRef>? _watchers;

    public ActorSystem System => system;

    public bool IsTerminated => Task.IsCompleted;

    public ActorPath Path => _path ?? Interlocked.CompareExchange(ref _path, system.NewTemporaryPath(), null) ?? _path;

    public void LimitBy(TimeSpan? timeout, CancellationToken cancellationToken)
    {
        if (timeout is { } limit && limit > TimeSpan.Zero)
        {
            var timer = new Timer(static state => ((Promise<T>)state!).TimeOut(), this, limit, Timeout.InfiniteTimeSpan);
            DisposeWhenDone(timer);
        }
        if (cancellationToken.CanBeCanceled)
        {
            var registration = cancellationToken.UnsafeRegister(
                static (state, token) => ((Promise<T>)state!).TrySetCanceled(token), this);
            DisposeWhenDone(registration);
        }
    }

    public void Tell(object? message, IActorRef? sender)
    {
        var accepted = message switch
        {
            T reply => TrySetResult(reply),
            null => TrySetResult(default!),
            Status.Failure failure => TrySetException(failure.Cause),
            _ => TrySetException(new ArgumentException(
                $"Received message of type [{message.GetType()}] - Ask expected message of type [{typeof(T)}]")),
        };
        if (!accepted && !Task.IsCanceled) system.DeadLetterOffice.Publish(message!, sender, this);
    }

    public void SendSystemMessage(SystemMessage message)
    {
        if (message is not Watch watch || !AddWatcher(watch.Watcher)) message.RefusedByTheDead(this);
    }

    public bool Equals(IActorRef? other) => ReferenceEquals(this, other);

    public override bool Equals(object? obj) => ReferenceEquals(this, obj);

    public override int GetHashCode() => Path.GetHashCode();

    public int CompareTo(IActorRef? other) => RefEquality.Compare(this, other);

    public int CompareTo(object? obj) => RefEquality.Compare(this, obj as IActorRef);

    public override string ToString() => RefEquality.Text(this);

    private void TimeOut() => TrySetException(new AskTimeoutException(
        $"No reply of type [{typeof(T)}] came within the time given to the ask."));

    private void DisposeWhenDone(IDisposable resource) => _ = Task.ContinueWith(
        static (_, state) => ((IDisposable)state!).Dispose(), resource, CancellationToken.None,
        TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    /// <summary>False when the promise is kept already: it counts as stopped.</summary>
    private bool AddWatcher(IInternalActorRef watcher)
    {
        if (Task.IsCompleted) return false;
        lock (Task)
        {
            if (_watchers is null)
            {
                _watchers = [];
                _ = Task.ContinueWith(_ => TellWatchers(), CancellationToken.None,
                    TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            }
            _watchers.Add(watcher);
        }
        return true;
    }

    private void TellWatchers()
    {
        lock (Task)
        {
            foreach (var watcher in _watchers!)
                watcher.SendSystemMessage(new DeathWatchNotification(this, existenceConfirmed: true));
            _watchers.Clear();
        }
    }
}
