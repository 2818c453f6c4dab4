namespace Cohort.Actors;

/// <summary>A timer's message on its way through the mailbox.</summary>
internal sealed record TimerFired(TimerScheduler Owner, object Key, long Generation, object Message);

internal sealed class TimerScheduler(ActorCell cell) : ITimerScheduler
{
    private readonly Dictionary<object, Entry> _timers = [];
    private long _generation;

    public void StartSingleTimer(object key, object msg, TimeSpan timeout) => Start(key, msg, timeout, interval: null);

    public void StartPeriodicTimer(object key, object msg, TimeSpan interval) => Start(key, msg, interval, interval);

    public void StartPeriodicTimer(object key, object msg, TimeSpan initialDelay, TimeSpan interval) =>
        Start(key, msg, initialDelay, interval);

    public bool IsTimerActive(object key) => _timers.ContainsKey(key);

    public void Cancel(object key)
    {
        if (_timers.Remove(key, out var timer)) timer.Schedule.Cancel();
    }

    public void CancelAll()
    {
        foreach (var timer in _timers.Values) timer.Schedule.Cancel();
        _timers.Clear();
    }

    /// <summary>False for the message of a timer that is no more.</summary>
    public bool Accept(TimerFired fired)
    {
        if (!ReferenceEquals(fired.Owner, this)) return false;
        if (!_timers.TryGetValue(fired.Key, out var timer) || timer.Generation != fired.Generation) return false;
        if (!timer.Repeats) _timers.Remove(fired.Key);
        return true;
    }

    private void Start(object key, object message, TimeSpan delay, TimeSpan? interval)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(message);
        Cancel(key);
        var fired = new TimerFired(this, key, ++_generation, message);
        var scheduler = cell.System.Scheduler;
        var schedule = interval is { } every
            ? scheduler.ScheduleTellRepeatedlyCancelable(delay, every, cell.Self, fired, ActorRefs.NoSender)
            : scheduler.ScheduleTellOnceCancelable(delay, cell.Self, fired, ActorRefs.NoSender);
        _timers[key] = new Entry(fired.Generation, interval is not null, schedule);
    }

    private readonly record struct Entry(long Generation, bool Repeats, ICancelable Schedule);
}
