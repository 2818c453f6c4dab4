namespace Cohort.Actors;

/// <summary>The place of an actor in its system's tree, as in <c>akka://system/user/parent/child</c>.</summary>
public sealed class ActorPath : IEquatable<ActorPath>, IComparable<ActorPath>
{
    private readonly ActorPath? _parent;

    internal ActorPath(string systemName) => Name = systemName;

    internal ActorPath(ActorPath parent, string name, long uid)
    {
        _parent = parent;
        Name = name;
        Uid = uid;
    }

    /// <summary>The last element; for the root of a system's tree, the name of the system.</summary>
    public string Name { get; }

    /// <summary>Tells incarnations at the same path apart; 0 for paths of no incarnation.</summary>
    public long Uid { get; }

    /// <summary>The path one element up; the root is its own parent.</summary>
    public ActorPath Parent => _parent ?? this;

    /// <summary>The names from the root (exclusive) down to this path.</summary>
    public IReadOnlyList<string> Elements
    {
        get
        {
            var elements = new List<string>();
            for (var path = this; path._parent is not null; path = path._parent) elements.Add(path.Name);
            elements.Reverse();
            return elements;
        }
    }

    public string ToStringWithoutAddress() => "/" + string.Join('/', Elements);

    public string ToStringWithUid() => Uid == 0 ? ToString() : $"{this}#{Uid}";

    public override string ToString()
    {
        var root = this;
        while (root._parent is not null) root = root._parent;
        return $"akka://{root.Name}{ToStringWithoutAddress()}";
    }

    public bool Equals(ActorPath? other)
    {
        var (one, two) = (this, other);
        while (!ReferenceEquals(one, two))
        {
            if (one is null || two is null || !string.Equals(one.Name, two.Name, StringComparison.Ordinal)) return false;
            (one, two) = (one._parent, two._parent);
        }
        return true;
    }

    public override bool Equals(object? obj) => Equals(obj as ActorPath);

    public override int GetHashCode() => HashCode.Combine(Name, _parent?.Name);

    public int CompareTo(ActorPath? other) => string.CompareOrdinal(ToString(), other?.ToString());
}
