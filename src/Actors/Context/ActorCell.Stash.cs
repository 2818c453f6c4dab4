namespace Cohort.Actors;

internal sealed partial class ActorCell
{
    private Stash? _stash;
    private TimerScheduler? _timers;

    /// <summary>Puts messages back before all that wait.</summary>
    public void PutBack(IReadOnlyList<(object Message, IActorRef? Sender)> messages) => Prepend(messages);

    /// <summary>A timer's message counts only while that very timer is the actor's.</summary>
    private void ReceiveTimer(TimerFired fired)
    {
        if (_timers is null || !_timers.Accept(fired)) return;
        // The stash looks at the current message.
        _message = fired.Message;
        Behave(fired.Message);
    }
}
