using Microsoft.Extensions.Logging;
using Level = Microsoft.Extensions.Logging.LogLevel;

namespace Cohort.Hosting.Logs;

/// <summary>Passes what actors log on to the process's log.</summary>
public sealed class ActorLogs : ReceiveActor
{
    /// <param name="log">The process's log.</param>
    public ActorLogs(ILogger log)
    {
        Receive<LogEvent>(line =>
        {
            var level = line switch
            {
                Error => Level.Error,
                Warning => Level.Warning,
                Info => Level.Information,
                _ => Level.Debug,
            };
            var source = line.LogSource[(line.LogSource.LastIndexOf('/') + 1)..];
            log.Log(level, line.Cause, "{Actor}: {Message}", source, line.Message);
        });
    }

    /// <summary>Starts it for a system's actors.</summary>
    public static void Follow(ActorSystem system, ILogger log)
    {
        var logs = system.ActorOf(Props.Create(() => new ActorLogs(log)), "logs");
        foreach (var kind in new[] { typeof(Info), typeof(Warning), typeof(Error) })
        {
            system.EventStream.Subscribe(logs, kind);
        }
    }
}
