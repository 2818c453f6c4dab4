namespace Cohort.Actors;

internal sealed partial class ActorCell
{
    private ChildrenContainer? _children;
    private int _childrenBeingStopped;

    /// <summary>As a child: the parent has told it to stop. Only the parent looks.</summary>
    private bool _isBeingStopped;

    public IActorRef ActorOf(Props props, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(props);
        if (name is not null) ActorName.Check(name);
        var children = _children ?? Interlocked.CompareExchange(ref _children, new ChildrenContainer(), null) ?? _children;
        var child = children.Add(name, this, props);
        child.SendSystemMessage(new Create());
        return child;
    }

    public IEnumerable<IActorRef> GetChildren() => Children;

    public IActorRef Child(string name) => _children?.Find(name) ?? ActorRefs.Nobody;

    public void Stop(IActorRef child)
    {
        if (_children?.Find(child.Path.Name) is { } own && own.Equals(child)) StopChild(own);
        else if (child is LocalActorRef other) other.Stop();
        else ((IInternalActorRef)child).SendSystemMessage(new Terminate());
    }

    private LocalActorRef[] Children => _children?.ToArray() ?? [];

    private void StopChild(LocalActorRef child)
    {
        if (!child.Cell._isBeingStopped)
        {
            child.Cell._isBeingStopped = true;
            _childrenBeingStopped++;
        }
        child.Stop();
    }

    /// <summary>A child is gone: its name is free, and who waited for it may go on.</summary>
    private void RemoveChild(LocalActorRef child)
    {
        if (_children is null || !_children.Remove(child)) return;
        if (child.Cell._isBeingStopped) _childrenBeingStopped--;
        if (_childrenBeingStopped == 0) ChildrenStopped();
    }

    private void SuspendChildren(IActorRef? except)
    {
        foreach (var child in Children)
        {
            if (!child.Equals(except)) child.SendSystemMessage(new Suspend());
        }
    }

    private void ResumeChildren(Exception? cause, IActorRef? perpetrator)
    {
        foreach (var child in Children)
            child.SendSystemMessage(new Resume(child.Equals(perpetrator) ? cause : null));
    }
}
