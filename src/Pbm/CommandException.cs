namespace Cohort.Pbm;

/// <summary>A command cannot do what it was asked; the message is a sentence for the person who typed it.</summary>
public class CommandException(string message, int exitCode = ExitCodes.BadInput) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}

/// <summary>What a command's exit code says.</summary>
public static class ExitCodes
{
    public const int Done = 0;

    /// <summary>It began, and could not finish.</summary>
    public const int Failed = 1;

    /// <summary>What was given cannot be used; nothing was begun.</summary>
    public const int BadInput = 2;

    /// <summary>The cluster cannot be reached, or refuses what it was asked.</summary>
    public const int Cluster = 3;

    /// <summary>An audit proves more than a model's file promises.</summary>
    public const int Violation = 4;

    /// <summary>Stopped by the person who started it; it can be continued.</summary>
    public const int Stopped = 130;
}
