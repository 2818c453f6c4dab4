namespace Cohort.Hosting;

/// <summary>How a seed or node ends; the numbers are those of sysexits.h, which systemd knows (RestartPreventExitStatus=2).</summary>
public static class ExitCodes
{
    /// <summary>It was asked to stop, and did.</summary>
    public const int Done = 0;

    /// <summary>Something unforeseen; the log has it.</summary>
    public const int Failed = 1;

    /// <summary>The configuration cannot work: starting again changes nothing.</summary>
    public const int Configuration = 2;

    /// <summary>EX_TEMPFAIL: the broker, or another process, was not there in time; starting again may help.</summary>
    public const int Temporary = 75;
}

/// <summary>What is configured cannot work; the message names the settings, one sentence a line.</summary>
public sealed class ConfigurationException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>What is needed to start is not there yet; the message says what and how long it was waited for.</summary>
public sealed class TemporaryFailureException(string message, Exception? inner = null) : Exception(message, inner);
