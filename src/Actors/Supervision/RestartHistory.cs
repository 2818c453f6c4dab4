using System.Diagnostics;

namespace Cohort.Actors;

/// <summary>How often a child was restarted, within a window of time if there is one.</summary>
internal sealed class RestartHistory
{
    private int _restarts;
    private long _windowStart;

    /// <summary>True if one more restart is allowed; it is then counted.</summary>
    /// <param name="maxRestarts">Negative for no limit.</param>
    /// <param name="window">Zero or less for all time.</param>
    public bool AllowOneMore(int maxRestarts, TimeSpan window)
    {
        if (maxRestarts == 0) return false;
        if (window > TimeSpan.Zero) return AllowWithin(maxRestarts > 0 ? maxRestarts : 1, window);
        return maxRestarts < 0 || ++_restarts <= maxRestarts;
    }

    private bool AllowWithin(int maxRestarts, TimeSpan window)
    {
        var now = Stopwatch.GetTimestamp();
        if (_windowStart == 0 || Stopwatch.GetElapsedTime(_windowStart, now) > window)
        {
            _windowStart = now;
            _restarts = 1;
            return true;
        }
        return ++_restarts <= maxRestarts;
    }
}
