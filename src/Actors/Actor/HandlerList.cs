namespace Cohort.Actors;

/// <summary>The handlers of one behavior, in the order they were registered.</summary>
internal sealed class HandlerList
{
    private Handler[] _handlers = [];
    private HandlerTypes _types = HandlerTypes.None;

    public void Add<T>(T handler)
        where T : Handler
    {
        Array.Resize(ref _handlers, _handlers.Length + 1);
        _handlers[^1] = handler;
        _types = _types.Then(HandledType<T>.Value);
    }

    /// <summary>False when no handler took the message.</summary>
    public bool Handle(object message)
    {
        foreach (var index in _types.Candidates(message.GetType()))
        {
            if (_handlers[index].TryHandle(message)) return true;
        }
        return false;
    }

    private static class HandledType<T>
    {
        public static readonly Type Value = typeof(T).GetGenericArguments()[0];
    }
}
