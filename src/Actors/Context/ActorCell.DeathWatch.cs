namespace Cohort.Actors;

internal sealed partial class ActorCell
{
    private WatchList? _watches;

    public IActorRef Watch(IActorRef subject) => StartWatching(subject, notice: null);

    public IActorRef WatchWith(IActorRef subject, object message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return StartWatching(subject, message);
    }

    public IActorRef Unwatch(IActorRef subject)
    {
        if (_watches is null || subject.Equals(_self)) return subject;
        if (_watches.Watching.Remove(subject)) ((IInternalActorRef)subject).SendSystemMessage(new Unwatch(_self));
        _watches.Announced.Remove(subject);
        return subject;
    }

    public void AddWatcher(IInternalActorRef watcher)
    {
        if (!watcher.Equals(_self)) (_watches ??= new WatchList()).Watchers.Add(watcher);
    }

    public void RemoveWatcher(IInternalActorRef watcher) => _watches?.Watchers.Remove(watcher);

    public void WatchedActorTerminated(IActorRef actor, bool existenceConfirmed)
    {
        if (_watches is not null && _watches.Watching.Remove(actor, out var notice) && !_isTerminating)
        {
            // Behind what the dead actor had sent us before.
            _watches.Announced[actor] = notice;
            _self.Post(new Terminated(actor, existenceConfirmed, addressTerminated: false), actor);
        }
        if (actor is LocalActorRef child) RemoveChild(child);
    }

    private IActorRef StartWatching(IActorRef subject, object? notice)
    {
        ArgumentNullException.ThrowIfNull(subject);
        if (subject.Equals(_self)) return subject;
        if ((_watches ??= new WatchList()).Watching.TryAdd(subject, notice))
            ((IInternalActorRef)subject).SendSystemMessage(new Watch(_self));
        return subject;
    }

    private void ReceiveTerminated(Terminated terminated)
    {
        if (_watches is null || !_watches.Announced.Remove(terminated.ActorRef, out var notice)) return;
        if (notice is null) Behave(terminated);
        else DeliverInstead(notice);
    }

    private void TellWatchersWeDied()
    {
        if (_watches is null) return;
        foreach (var watcher in _watches.Watchers)
        {
            // The parent is told anyway.
            if (!watcher.Equals(_parent))
                watcher.SendSystemMessage(new DeathWatchNotification(_self, existenceConfirmed: true));
        }
        _watches.Watchers.Clear();
    }

    private void UnwatchAll()
    {
        if (_watches is null) return;
        foreach (var subject in _watches.Watching.Keys)
            ((IInternalActorRef)subject).SendSystemMessage(new Unwatch(_self));
        _watches.Watching.Clear();
        _watches.Announced.Clear();
    }

    private sealed class WatchList
    {
        /// <summary>Whom we watch, and what we want to be told instead of <see cref="Terminated"/>.</summary>
        public Dictionary<IActorRef, object?> Watching { get; } = [];

        /// <summary>Whose notice waits in the mailbox.</summary>
        public Dictionary<IActorRef, object?> Announced { get; } = [];

        public HashSet<IInternalActorRef> Watchers { get; } = [];
    }
}
