namespace Cohort.Actors;

/// <summary>The outcome of something asked for, as a message.</summary>
public abstract class Status
{
    private Status()
    {
    }

    public sealed class Failure(Exception cause) : Status
    {
        public Exception Cause { get; } = cause;

        public override string ToString() => $"Failure: {Cause}";
    }
}
