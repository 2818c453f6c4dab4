namespace Cohort.Actors;

/// <summary>The handlers of one behavior, in the order they were registered.</summary>
internal sealed class HandlerList
{
    private object[] _handlers = [];
    private Handlings _handlings = Handlings.None;

    public void Add(Handling handling, object handler)
    {
        Array.Resize(ref _handlers, _handlers.Length + 1);
        _handlers[^1] = handler;
        _handlings = _handlings.Then(handling);
    }

    /// <summary>False when no handler took the message.</summary>
    public bool Handle(object message)
    {
        foreach (var (index, handling) in _handlings.Candidates(message.GetType()))
        {
            if (handling.TryHandle(_handlers[index], message)) return true;
        }
        return false;
    }
}
