namespace Cohort.Actors;

/// <summary>The children of a cell by name. Guardians get children from any thread, so it is guarded by its lock.</summary>
internal sealed class ChildrenContainer
{
    /// <summary>Of cells that are stopping or dead and had no children.</summary>
    public static readonly ChildrenContainer Closed = new() { _isClosed = true };

    private static long s_lastUid;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, LocalActorRef> _children = new(StringComparer.Ordinal);
    private long _automaticNames;
    private bool _isClosed;

    /// <summary>Makes a cell for a new child, under a name that is free.</summary>
    /// <exception cref="InvalidActorNameException">The name is taken.</exception>
    /// <exception cref="InvalidOperationException">The parent is stopping.</exception>
    public LocalActorRef Add(string? name, ActorCell parent, Props props)
    {
        lock (_lock)
        {
            if (_isClosed)
                throw new InvalidOperationException($"{parent.Self} cannot create a child: it is terminating or terminated.");
            name ??= ActorName.Automatic(_automaticNames++);
            var path = new ActorPath(parent.Self.Path, name, Interlocked.Increment(ref s_lastUid));
            var child = (LocalActorRef)new ActorCell(parent.System, (IInternalActorRef)parent.Self, props, path).Self;
            if (!_children.TryAdd(name, child))
                throw new InvalidActorNameException($"Actor name \"{name}\" is not unique among the children of {parent.Self}.");
            return child;
        }
    }

    public LocalActorRef? Find(string name)
    {
        lock (_lock) return _children.GetValueOrDefault(name);
    }

    public bool Remove(IActorRef child)
    {
        lock (_lock)
            return _children.TryGetValue(child.Path.Name, out var own) && own.Equals(child) && _children.Remove(child.Path.Name);
    }

    public LocalActorRef[] ToArray()
    {
        lock (_lock) return [.. _children.Values];
    }

    /// <summary>Lets no more children in.</summary>
    public void Close()
    {
        lock (_lock) _isClosed = true;
    }
}
