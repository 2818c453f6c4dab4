namespace Cohort.Actors;

/// <summary>Ends a schedule: at once if one is attached, or as soon as one is.</summary>
internal sealed class Cancelable : ICancelable
{
    private volatile bool _isCancelled;
    private volatile Timer? _timer;

    public bool IsCancellationRequested => _isCancelled;

    public void Cancel()
    {
        _isCancelled = true;
        _timer?.Dispose();
    }

    internal void Attach(Timer timer)
    {
        _timer = timer;
        if (_isCancelled) timer.Dispose();
    }
}

/// <summary>Schedules on the runtime's own timers.</summary>
internal sealed class Scheduler(ActorSystem system) : IScheduler
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);

    public void ScheduleTellOnce(TimeSpan delay, ICanTell receiver, object message, IActorRef? sender) =>
        Start(delay, interval: null, receiver, message, sender, cancelable: null);

    public void ScheduleTellOnce(
        TimeSpan delay, ICanTell receiver, object message, IActorRef? sender, ICancelable? cancelable) =>
        Start(delay, interval: null, receiver, message, sender, cancelable);

    public void ScheduleTellRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef? sender) =>
        Start(initialDelay, interval, receiver, message, sender, cancelable: null);

    public void ScheduleTellRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef? sender,
        ICancelable? cancelable) =>
        Start(initialDelay, interval, receiver, message, sender, cancelable);

    private void Start(
        TimeSpan delay, TimeSpan? interval, ICanTell receiver, object message, IActorRef? sender, ICancelable? cancelable)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        if (interval is { } every) ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(every, TimeSpan.Zero, nameof(interval));
        var schedule = new Schedule(system, interval is not null, receiver, message, sender, cancelable);
        schedule.Start(delay, interval is null ? Timeout.InfiniteTimeSpan : TimeSpan.FromTicks(
            Math.Max(interval.Value.Ticks, Shortest.Ticks)));
    }

    private sealed class Schedule(
        ActorSystem system, bool repeats, ICanTell receiver, object message, IActorRef? sender, ICancelable? cancelable)
    {
        private Timer? _timer;

        public void Start(TimeSpan delay, TimeSpan interval)
        {
            _timer = new Timer(
                static state => ((Schedule)state!).Fire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _timer.Change(delay, interval);
            (cancelable as Cancelable)?.Attach(_timer);
        }

        private void Fire()
        {
            var isOver = cancelable is { IsCancellationRequested: true } || system.WhenTerminated.IsCompleted;
            if (!isOver) receiver.Tell(message, sender);
            if (isOver || !repeats) _timer!.Dispose();
        }
    }
}
