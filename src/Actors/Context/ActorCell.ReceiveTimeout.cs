namespace Cohort.Actors;

internal sealed partial class ActorCell
{
    private ReceiveTimeoutClock? _receiveTimeout;

    public TimeSpan? ReceiveTimeout => _receiveTimeout?.Timeout;

    public void SetReceiveTimeout(TimeSpan? timeout)
    {
        if (timeout is { } set)
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(set, TimeSpan.Zero, nameof(timeout));
        }
        _receiveTimeout?.Dispose();
        _receiveTimeout = timeout is { } wanted ? new ReceiveTimeoutClock(this, wanted) : null;
    }

    /// <summary>The clock rang: tell the actor, unless something happened meanwhile.</summary>
    public void CheckReceiveTimeout()
    {
        if (_receiveTimeout is null) return;
        if (_handler is not null || _self.HasQueuedMessages || !_receiveTimeout.IsDue) _receiveTimeout.WindUp();
        else _self.Post(Actors.ReceiveTimeout.Instance, _self);
    }

    private void NoteActivity(object message)
    {
        if (message is INotInfluenceReceiveTimeout or TimerFired { Message: INotInfluenceReceiveTimeout }) return;
        _receiveTimeout!.Restart();
        if (message is ReceiveTimeout) _receiveTimeout.WindUp();
    }

    /// <summary>A clock that is not touched by every message: it rings, looks when the last one came, and sleeps on.</summary>
    private sealed class ReceiveTimeoutClock : IDisposable
    {
        private readonly Timer _timer;
        private long _since = Environment.TickCount64;

        public ReceiveTimeoutClock(ActorCell cell, TimeSpan timeout)
        {
            Timeout = timeout;
            _timer = new Timer(static state => ((ActorCell)state!)._self.PostSystem(new ReceiveTimeoutDue()), cell,
                timeout, global::System.Threading.Timeout.InfiniteTimeSpan);
        }

        public TimeSpan Timeout { get; }

        public bool IsDue => Left <= TimeSpan.Zero;

        private TimeSpan Left => Timeout - TimeSpan.FromMilliseconds(Environment.TickCount64 - _since);

        public void Restart() => _since = Environment.TickCount64;

        public void WindUp()
        {
            var left = Left;
            var wait = left < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : left;
            _timer.Change(wait, global::System.Threading.Timeout.InfiniteTimeSpan);
        }

        public void Dispose() => _timer.Dispose();
    }
}
