namespace Cohort.Actors;

internal sealed partial class ActorCell
{
    private Stash? _stash;
    private TimerScheduler? _timers;

    /// <summary>A timer's message counts only while that very timer is the actor's.</summary>
    private void ReceiveTimer(TimerFired fired)
    {
        if (_timers is not null && _timers.Accept(fired)) DeliverInstead(fired.Message);
    }
}
