using System.Runtime.CompilerServices;

namespace Cohort.Actors;

internal sealed partial class ActorCell
{
    private ActorSynchronizationContext? _synchronization;
    private Task? _handler;

    /// <summary>
    /// Runs an asynchronous handler. If it does not complete at once, user messages wait until it does; what it does after
    /// its awaits comes back through the mailbox, so that nothing of this actor ever runs beside it.
    /// </summary>
    public void Await<T>(Func<T, Task> handler, T message)
    {
        var outer = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(_synchronization ??= new ActorSynchronizationContext(_self));
        Task task;
        try
        {
            task = handler(message);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(outer);
        }
        if (task.IsCompleted)
        {
            task.GetAwaiter().GetResult();
            return;
        }
        _handler = task;
        _self.Suspend();
        ((ICriticalNotifyCompletion)task.ConfigureAwait(false).GetAwaiter())
            .UnsafeOnCompleted(() => _self.PostSystem(new HandlerCompleted(task)));
    }

    public void HandlerCompleted(Task handler)
    {
        if (!ReferenceEquals(_handler, handler)) return;
        _handler = null;
        _self.Resume();
        try
        {
            handler.GetAwaiter().GetResult();
            _current = null;
        }
        finally
        {
            if (_receiveTimeout is not null) NoteActivity(handler);
        }
    }

    public void Continue(SendOrPostCallback callback, object? state)
    {
        var outer = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(_synchronization);
        try
        {
            callback(state);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(outer);
        }
    }

    public void ContinueDead(SendOrPostCallback callback, object? state)
    {
        var outer = Current;
        Current = this;
        try
        {
            Continue(callback, state);
        }
#pragma warning disable CA1031
        catch (Exception cause)
        {
            System.EventStream.Publish(new Error(cause, _self.Path.ToString(), Props.Type, cause.Message));
        }
#pragma warning restore CA1031
        finally
        {
            Current = outer;
        }
    }

    /// <summary>The actor is restarted: the old one's handler goes on, but nobody waits for it.</summary>
    private void AbandonHandler()
    {
        if (_handler is null) return;
        _handler = null;
        _self.Resume();
    }
}
