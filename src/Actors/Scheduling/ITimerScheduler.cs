namespace Cohort.Actors;

/// <summary>
/// An actor with timers; the property is set before PreStart. They end with the actor, also when it is restarted.
/// </summary>
public interface IWithTimers
{
    ITimerScheduler Timers { get; set; }
}

/// <summary>
/// Timers by key. A message of a timer that was cancelled or started anew is never delivered, even if it was already queued.
/// </summary>
public interface ITimerScheduler
{
    void StartSingleTimer(object key, object msg, TimeSpan timeout);

    void StartPeriodicTimer(object key, object msg, TimeSpan interval);

    void StartPeriodicTimer(object key, object msg, TimeSpan initialDelay, TimeSpan interval);

    bool IsTimerActive(object key);

    void Cancel(object key);

    void CancelAll();
}
