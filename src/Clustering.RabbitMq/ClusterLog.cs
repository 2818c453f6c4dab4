namespace Cohort.Clustering.RabbitMq;

/// <summary>Where this process's part of the cluster writes sentences for people.</summary>
/// <param name="write">Level and sentence.</param>
internal sealed class ClusterLog(Action<LogLevel, string> write)
{
    private readonly System.Collections.Concurrent.ConcurrentDictionary<string, bool> _said = new(StringComparer.Ordinal);

    public void Info(string sentence) => write(LogLevel.InfoLevel, sentence);

    public void Warn(string sentence) => write(LogLevel.WarningLevel, sentence);

    /// <summary>The first time for each cause; the others are counted elsewhere.</summary>
    public void WarnOnce(string cause, string sentence)
    {
        if (_said.TryAdd(cause, value: true))
        {
            Warn($"{sentence} (Further ones of this cause, '{cause}', are counted, not logged.)");
        }
    }
}

/// <summary>Writes to the actor system's log, which only actors can.</summary>
internal sealed class LogWriter : ReceiveActor
{
    public LogWriter()
    {
        var log = Context.GetLogger();
        Receive<Line>(line =>
        {
            if (line.Level == LogLevel.WarningLevel)
            {
                log.Warning("{0}", line.Sentence);
            }
            else
            {
                log.Info("{0}", line.Sentence);
            }
        });
    }

    public sealed record Line(LogLevel Level, string Sentence);
}
