namespace Cohort.Actors;

/// <summary>The children of a cell by name. Guardians get children from any thread, so it is guarded by its lock.</summary>
internal sealed class ChildrenContainer
{
    /// <summary>Of cells that are stopping or dead and had no children.</summary>
    public static readonly ChildrenContainer Closed = new() { _isClosed = true };

    private static long s_lastUid;

    private readonly Lock _lock = new();
    private readonly HashSet<LocalActorRef> _children = new(ByName.Instance);
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
            if (!_children.Add(child))
                throw new InvalidActorNameException($"Actor name \"{name}\" is not unique among the children of {parent.Self}.");
            return child;
        }
    }

    public LocalActorRef? Find(string name)
    {
        lock (_lock) return _children.GetAlternateLookup<string>().TryGetValue(name, out var child) ? child : null;
    }

    public bool Remove(IActorRef child)
    {
        lock (_lock) return Find(child.Path.Name) is { } own && own.Equals(child) && _children.Remove(own);
    }

    public LocalActorRef[] ToArray()
    {
        lock (_lock) return [.. _children];
    }

    /// <summary>Lets no more children in.</summary>
    public void Close()
    {
        lock (_lock) _isClosed = true;
    }

    /// <summary>A set by name, not a dictionary: a parent of a million keeps no second reference to their names.</summary>
    private sealed class ByName : IEqualityComparer<LocalActorRef>, IAlternateEqualityComparer<string, LocalActorRef>
    {
        public static readonly ByName Instance = new();

        public bool Equals(LocalActorRef? one, LocalActorRef? other) => Equals(one!.Path.Name, other!);

        public int GetHashCode(LocalActorRef child) => GetHashCode(child.Path.Name);

        public bool Equals(string name, LocalActorRef child) => string.Equals(name, child.Path.Name, StringComparison.Ordinal);

        public int GetHashCode(string name) => string.GetHashCode(name, StringComparison.Ordinal);

        public LocalActorRef Create(string name) => throw new NotSupportedException("A name alone is no child.");
    }
}
