namespace Cohort.Hosting.Logs;

/// <summary>What every log line says besides its message: whose it is, and in which run.</summary>
public sealed class LogContext(string member, TimeProvider time)
{
    private volatile string _run = "";

    public string Member { get; } = member;

    public TimeProvider Time { get; } = time;

    /// <summary>The run under way; empty for none.</summary>
    public string Run
    {
        get => _run;
        set => _run = value;
    }

    public void Follow(string run) => Run = run;
}
