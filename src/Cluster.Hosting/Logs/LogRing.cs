using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Cohort.Hosting.Logs;

/// <summary>The newest log lines of this process, and those to come for whoever follows. Bounded: who reads too slowly misses lines.</summary>
public sealed class LogRing
{
    public const int Capacity = 1_000;

    private readonly Lock _gate = new();
    private readonly Queue<LogEntry> _newest = new(Capacity);
    private readonly List<Channel<LogEntry>> _followers = [];

    public void Add(LogEntry entry)
    {
        lock (_gate)
        {
            if (_newest.Count == Capacity)
            {
                _newest.Dequeue();
            }

            _newest.Enqueue(entry);
            _followers.ForEach(follower => follower.Writer.TryWrite(entry));
        }
    }

    /// <summary>The newest lines, then every new one until cancelled.</summary>
    /// <param name="tail">How many lines of the past.</param>
    /// <param name="follow">False to end after the past.</param>
    /// <param name="stop">Ends it.</param>
    public async IAsyncEnumerable<LogEntry> Read(int tail, bool follow, [EnumeratorCancellation] CancellationToken stop)
    {
        var channel = Channel.CreateBounded<LogEntry>(
            new BoundedChannelOptions(Capacity) { FullMode = BoundedChannelFullMode.DropOldest });
        List<LogEntry> past;
        lock (_gate)
        {
            past = [.. _newest.TakeLast(tail)];
            if (follow)
            {
                _followers.Add(channel);
            }
        }

        try
        {
            foreach (var entry in past)
            {
                yield return entry;
            }

            while (follow)
            {
                yield return await channel.Reader.ReadAsync(stop);
            }
        }
        finally
        {
            lock (_gate)
            {
                _followers.Remove(channel);
            }
        }
    }
}
