using Cohort.Clustering;
using Cohort.Messages;

namespace Cohort.Hosting.Logs;

/// <summary>Sends this member's log lines to the seeds. Lines that come while the broker is away stay in the member's own log.</summary>
public sealed class LogReport : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _sending;
    private int _stopped;

    private LogReport(LogRing logs, ICluster cluster, Func<bool> isConnected)
        => _sending = Task.Run(() => Send(logs, cluster, isConnected));

    public static LogReport Start(LogRing logs, ICluster cluster, Func<bool> isConnected) => new(logs, cluster, isConnected);

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _stopped, 1) == 0)
        {
            await _stop.CancelAsync();
            await _sending;
            _stop.Dispose();
        }
    }

    private async Task Send(LogRing logs, ICluster cluster, Func<bool> isConnected)
    {
        try
        {
            await foreach (var line in logs.Read(LogRing.Capacity, follow: true, _stop.Token))
            {
                // What others have sent us is in the ring too.
                if (isConnected() && string.Equals(line.Member, cluster.Self.Name, StringComparison.Ordinal))
                {
                    cluster.Publish(Topics.Logs, Of(line));
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The member stops.
        }
    }

    private static MemberLogged Of(LogEntry line) => new()
    {
        Member = line.Member,
        UnixMs = line.Time.ToUnixTimeMilliseconds(),
        Level = line.Level,
        Run = line.Run,
        Category = line.Category,
        Message = Sentence.Cut(line.Message),
    };
}
