namespace Cohort.Actors.Testing;

/// <summary>Keeps the test actor the implicit sender after an await in a test.</summary>
internal sealed class ActorCellKeepingSynchronizationContext(ActorCell cell, SynchronizationContext? outer)
    : SynchronizationContext
{
    public override void Post(SendOrPostCallback d, object? state)
    {
        if (outer is null) ThreadPool.QueueUserWorkItem(_ => Run(d, state));
        else outer.Post(_ => Run(d, state), state: null);
    }

    public override void Send(SendOrPostCallback d, object? state) => Run(d, state);

    public override SynchronizationContext CreateCopy() => this;

    private void Run(SendOrPostCallback callback, object? state)
    {
        var (previousCell, previousContext) = (ActorCell.Current, Current);
        ActorCell.Current = cell;
        SetSynchronizationContext(this);
        try
        {
            callback(state);
        }
        finally
        {
            ActorCell.Current = previousCell;
            SetSynchronizationContext(previousContext);
        }
    }
}
