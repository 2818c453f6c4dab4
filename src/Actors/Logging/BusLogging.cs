namespace Cohort.Actors;

/// <summary>Publishes log lines on the event stream.</summary>
internal sealed class BusLogging(EventStream eventStream, string source, Type type) : ILoggingAdapter
{
    public bool IsDebugEnabled => IsEnabled(LogLevel.DebugLevel);

    public bool IsInfoEnabled => IsEnabled(LogLevel.InfoLevel);

    public bool IsWarningEnabled => IsEnabled(LogLevel.WarningLevel);

    public bool IsErrorEnabled => IsEnabled(LogLevel.ErrorLevel);

    public bool IsEnabled(LogLevel logLevel) => logLevel >= eventStream.LogLevel;

    public void Log(LogLevel logLevel, Exception? cause, string format)
    {
        if (!IsEnabled(logLevel)) return;
        eventStream.Publish(logLevel switch
        {
            LogLevel.DebugLevel => new Debug(cause, source, type, format),
            LogLevel.InfoLevel => new Info(cause, source, type, format),
            LogLevel.WarningLevel => new Warning(cause, source, type, format),
            _ => (LogEvent)new Error(cause, source, type, format),
        });
    }
}

/// <summary>Writes warnings and errors to standard error, unless a logger of the program's own hears them.</summary>
internal sealed class StandardErrorLogger : ReceiveActor
{
    public StandardErrorLogger()
    {
        Receive<Warning>(Write);
        Receive<Error>(Write);
    }

    private void Write(LogEvent line)
    {
        if (!Context.System.EventStream.HasOthersThan(Self, line.GetType()))
            Console.Error.WriteLine(line);
    }

    protected override void PreStart()
    {
        Context.System.EventStream.Subscribe<Warning>(Self);
        Context.System.EventStream.Subscribe<Error>(Self);
    }
}
