using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Level = Microsoft.Extensions.Logging.LogLevel;

namespace Cohort.Hosting.Logs;

/// <summary>How lines look on the console.</summary>
public enum LogFormat
{
    Text,
    Json,
}

/// <summary>
/// Logs to the console, one line an event as text or JSON, and to the ring that <c>/logs</c> reads. Every line names member and run.
/// </summary>
public sealed class MemberLogger(LogContext context, LogRing ring, LogFormat format, TextWriter console) : ILoggerProvider
{
    private readonly Lock _gate = new();

    public ILogger CreateLogger(string categoryName) => new Category(this, categoryName);

    public void Dispose()
    {
        // The console is not ours.
    }

    private void Write(LogEntry entry)
    {
        ring.Add(entry);
        var line = format == LogFormat.Json ? Json(entry) : Text(entry);
        lock (_gate)
        {
            console.WriteLine(line);
            console.Flush();
        }
    }

    private static string Text(LogEntry entry)
    {
        var run = entry.Run.Length > 0 ? $" [{entry.Run}]" : "";
        var cause = entry.Cause is null ? "" : Environment.NewLine + entry.Cause;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{entry.Time:yyyy-MM-ddTHH:mm:ss.fffZ} {entry.Level} {entry.Member}{run} {entry.Category}: {entry.Message}{cause}");
    }

    private static string Json(LogEntry entry)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("time", entry.Time);
            json.WriteString("level", entry.Level);
            json.WriteString("member", entry.Member);
            json.WriteString("run", entry.Run);
            json.WriteString("category", entry.Category);
            json.WriteString("message", entry.Message);
            if (entry.Cause is not null)
            {
                json.WriteString("cause", entry.Cause);
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private sealed class Category(MemberLogger owner, string name) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
            => null;

        public bool IsEnabled(Level logLevel) => logLevel != Level.None;

        public void Log<TState>(
            Level logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            => owner.Write(new LogEntry(
                owner.Context.Time.GetUtcNow(),
                logLevel.ToString(),
                owner.Context.Member,
                owner.Context.Run,
                name,
                formatter(state, exception),
                exception?.ToString()));
    }

    private LogContext Context => context;
}
