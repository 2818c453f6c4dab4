namespace Cohort.Actors;

/// <summary>Equality, order and text of references: two are the same when path and incarnation are.</summary>
internal abstract class ActorRefBase : IInternalActorRef
{
    public abstract ActorPath Path { get; }

    public abstract ActorSystem System { get; }

    public virtual bool IsTerminated => false;

    public abstract void Tell(object message, IActorRef? sender);

    public virtual void SendSystemMessage(SystemMessage message) => message.RefusedByTheDead(this);

    public bool Equals(IActorRef? other) => RefEquality.Same(this, other);

    public override bool Equals(object? obj) => RefEquality.Same(this, obj as IActorRef);

    public override int GetHashCode() => RefEquality.Hash(this);

    public int CompareTo(IActorRef? other) => RefEquality.Compare(this, other);

    public int CompareTo(object? obj) => RefEquality.Compare(this, obj as IActorRef);

    public override string ToString() => RefEquality.Text(this);
}

internal static class RefEquality
{
    public static bool Same(IActorRef one, IActorRef? other) =>
        ReferenceEquals(one, other) || (other is not null && one.Path.Uid == other.Path.Uid && one.Path.Equals(other.Path));

    public static int Hash(IActorRef one) => one.Path.Uid.GetHashCode();

    public static int Compare(IActorRef one, IActorRef? other)
    {
        if (other is null) return 1;
        var byPath = one.Path.CompareTo(other.Path);
        return byPath != 0 ? byPath : one.Path.Uid.CompareTo(other.Path.Uid);
    }

    public static string Text(IActorRef one) => $"[{one.Path.ToStringWithUid()}]";
}
