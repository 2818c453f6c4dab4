namespace Cohort.Actors;

internal sealed partial class ActorCell
{
    private bool _isFailed;
    private FaultRecord? _faults;

    /// <summary>As a child: how often the parent restarted it.</summary>
    public RestartHistory RestartHistory => Faults.Restarts;

    private FaultRecord Faults => _faults ??= new FaultRecord();

    /// <summary>The actor threw: it and its children wait for the parent's judgement.</summary>
    private void Fail(Exception cause)
    {
        if (_isFailed || IsDead) return;
        _self.Suspend();
        if (_isTerminating)
        {
            // Nobody above wants to judge an actor that is on its way out.
            System.EventStream.Publish(new Error(cause, _self.Path.ToString(), Props.Type, cause.Message));
            return;
        }
        _isFailed = true;
        SuspendChildren(except: _faults?.Perpetrator);
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
            var strategy = Faults.Strategy ??=
                Props.SupervisorStrategy ?? _actor?.AskForStrategy() ?? SupervisorStrategy.DefaultStrategy;
            if (strategy.HandleFailure(this, child, cause, Children)) return;
            Faults.Perpetrator = child;
            Fail(cause);
        }
        finally
        {
            _current = current;
        }
    }

    public void FaultSuspend()
    {
        _self.Suspend();
        SuspendChildren(except: null);
    }

    public void FaultResume(Exception? causedByFailure)
    {
        if (_actor is null)
        {
            FaultCreate();
            return;
        }
        var perpetrator = _faults?.Perpetrator;
        if (causedByFailure is not null) ClearFailure();
        _self.Resume();
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
        Faults.RecreationCause = cause;
        if (_childrenBeingStopped > 0) _pending = Pending.Recreation;
        else FinishRecreate(cause);
    }

    private void FinishRecreate(Exception cause)
    {
        Faults.RecreationCause = null;
        var survivors = Children;
        ClearFailure();
        _self.Resume();
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
        _self.Resume();
        Create();
    }

    private void ClearFailure()
    {
        _isFailed = false;
        if (_faults is not null) _faults.Perpetrator = null;
    }

    /// <summary>What only those need who failed once, or have children that did.</summary>
    private sealed class FaultRecord
    {
        public RestartHistory Restarts { get; } = new();

        /// <summary>How this actor judges its children.</summary>
        public SupervisorStrategy? Strategy { get; set; }

        /// <summary>The child of whose failure this actor fails itself.</summary>
        public IActorRef? Perpetrator { get; set; }

        /// <summary>Why the actor is being made anew, while its children are still stopping.</summary>
        public Exception? RecreationCause { get; set; }

        /// <summary>System messages that wait for the children to stop.</summary>
        public Queue<SystemMessage> Deferred { get; } = new();
    }
}
