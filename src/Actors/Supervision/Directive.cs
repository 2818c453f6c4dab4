namespace Cohort.Actors;

/// <summary>What a supervisor decides on a failed child.</summary>
public enum Directive
{
    /// <summary>The child goes on with its next message, as if nothing had been.</summary>
    Resume,

    /// <summary>A new actor takes the child's place, mailbox and name.</summary>
    Restart,

    /// <summary>The supervisor fails itself, of the same cause.</summary>
    Escalate,

    /// <summary>The child is stopped.</summary>
    Stop,
}

public interface IDecider
{
    Directive Decide(Exception cause);
}

internal sealed class LocalOnlyDecider(Func<Exception, Directive> decide) : IDecider
{
    public Directive Decide(Exception cause) => decide(cause);
}
