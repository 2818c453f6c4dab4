namespace Cohort.Actors;

internal sealed partial class ActorCell
{
    private bool _isTerminating;
    private Pending _pending;

    /// <summary>What waits until the children being stopped are gone.</summary>
    private enum Pending : byte
    {
        None,
        Creation,
        Recreation,
        Termination,
    }

    public void Create()
    {
        try
        {
            _actor = NewActor();
            _actor.CallPreStart();
        }
        catch (Exception cause)
        {
            _actor = null;
            throw new ActorInitializationException(_self, $"Exception during creation of {_self}: {cause.Message}", cause);
        }
    }

    public void Terminate()
    {
        SetReceiveTimeout(null);
        UnwatchAll();
        Interlocked.CompareExchange(ref _children, ChildrenContainer.Closed, null)?.Close();
        foreach (var child in Children) StopChild(child);
        var wasTerminating = _isTerminating;
        _isTerminating = true;
        if (_childrenBeingStopped > 0)
        {
            if (!wasTerminating) _self.Suspend();
            _pending = Pending.Termination;
        }
        else
        {
            FinishTerminate();
        }
    }

    private ActorBase NewActor()
    {
        _behaviors = null;
        var actor = Props.NewActor();
        if (actor is IWithStash withStash) withStash.Stash = _stash = new Stash(this, _self);
        if (actor is IWithTimers withTimers) withTimers.Timers = _timers = new TimerScheduler(this);
        return actor;
    }

    /// <summary>Before an actor object is given up: its timers are void, and what it stashed is the next one's.</summary>
    private void ReleaseActor()
    {
        _timers?.CancelAll();
        _timers = null;
        _stash?.UnstashAll();
        _stash = null;
        if (_faults is not null) _faults.Strategy = null;
        _actor = null;
        _behaviors = null;
    }

    private void ChildrenStopped()
    {
        if (_pending == Pending.None) return;
        var pending = _pending;
        _pending = Pending.None;
        switch (pending)
        {
            case Pending.Creation:
                FinishCreate();
                break;
            case Pending.Recreation:
                FinishRecreate(Faults.RecreationCause!);
                break;
            default:
                FinishTerminate();
                return;
        }
        while (_pending == Pending.None && !IsDead && _faults is not null && _faults.Deferred.TryDequeue(out var message))
            HandleSystemMessage(message);
    }

    private void FinishTerminate()
    {
        _pending = Pending.None;
        try
        {
            _actor?.CallPostStop();
        }
#pragma warning disable CA1031 // The actor is gone either way; what its last words threw is only worth a log line.
        catch (Exception cause)
        {
            System.EventStream.Publish(new Error(cause, _self.Path.ToString(), _actor!.GetType(), cause.Message));
        }
#pragma warning restore CA1031
        ReleaseActor();
        _current = null;
        _self.Die();
        // The parent last: when it is told, it may go, and its watchers must not hear of it before ours hear of us.
        TellWatchersWeDied();
        _parent.SendSystemMessage(new DeathWatchNotification(_self, existenceConfirmed: true));
        UnwatchAll();
        _watches = null;
        _children = ChildrenContainer.Closed;
        _handler = null;
    }
}
