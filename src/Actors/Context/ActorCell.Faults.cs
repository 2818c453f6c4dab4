namespace Cohort.Actors;

internal sealed partial class ActorCell
{
    private bool _isFailed;
    private IActorRef? _perpetrator;

    /// <summary>The actor threw: it and its children wait for the parent's judgement.</summary>
    private void Fail(Exception cause)
    {
        if (_isFailed || IsDead) return;
        Suspend();
        if (_isTerminating)
        {
            // Nobody above wants to judge an actor that is on its way out.
            System.EventStream.Publish(new Error(cause, _self.Path.ToString(), Props.Type, cause.Message));
            return;
        }
        _isFailed = true;
        SuspendChildren(except: _perpetrator);
        _parent.SendSystemMessage(new Failed(_self, cause));
    }

    /// <summary>As a parent: judges a child's failure, or fails of it.</summary>
    public void HandleFailed(Failed failed, Exception cause)
    {
        if (_children?.Find(failed.Child.Path.Name) is not { } child || !child.Equals(failed.Child)) return;
        var current = _current;
        _current = new Envelope(failed, child);
        try
        {
            var strategy = _actor?.EffectiveStrategy ?? SupervisorStrategy.DefaultStrategy;
            if (strategy.HandleFailure(this, child, cause, Children)) return;
            _perpetrator = child;
            Fail(cause);
        }
        finally
        {
            _current = current;
        }
    }

    public void FaultSuspend()
    {
        Suspend();
        SuspendChildren(except: null);
    }

    public void FaultResume(Exception? causedByFailure)
    {
        if (_actor is null)
        {
            FaultCreate();
            return;
        }
        var perpetrator = _perpetrator;
        if (causedByFailure is not null) ClearFailure();
        Resume();
        ResumeChildren(causedByFailure, perpetrator);
    }

    public void FaultRecreate(Exception cause)
    {
        if (_actor is null)
        {
            FaultCreate();
            return;
        }
        AbandonHandler();
        try
        {
            _actor.CallPreRestart(cause, _current?.Message);
        }
#pragma warning disable CA1031 // The old actor is given up anyway.
        catch (Exception failure)
        {
            System.EventStream.Publish(new Error(failure, _self.Path.ToString(), _actor.GetType(), failure.Message));
        }
#pragma warning restore CA1031
        ReleaseActor();
        _current = null;
        _recreationCause = cause;
        if (_childrenBeingStopped > 0) _pending = Pending.Recreation;
        else FinishRecreate(cause);
    }

    private void FinishRecreate(Exception cause)
    {
        _recreationCause = null;
        var survivors = Children;
        ClearFailure();
        Resume();
        try
        {
            _actor = NewActor();
            _actor.CallPostRestart(cause);
        }
#pragma warning disable CA1031
        catch (Exception failure)
        {
            _actor = null;
            Fail(new PostRestartException(_self, failure, cause));
            return;
        }
#pragma warning restore CA1031
        foreach (var child in survivors) child.SendSystemMessage(new Recreate(cause));
    }

    /// <summary>Restart or resume of an actor that never came to be: make it.</summary>
    private void FaultCreate()
    {
        foreach (var child in Children) StopChild(child);
        if (_childrenBeingStopped > 0) _pending = Pending.Creation;
        else FinishCreate();
    }

    private void FinishCreate()
    {
        ClearFailure();
        Resume();
        Create();
    }

    private void ClearFailure()
    {
        _isFailed = false;
        _perpetrator = null;
    }
}
