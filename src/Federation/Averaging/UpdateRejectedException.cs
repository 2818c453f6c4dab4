namespace Cohort.Federation;

/// <summary>A student's update that may not enter a sum: not a number, infinite, too large, or longer than its bound.</summary>
public sealed class UpdateRejectedException : Exception
{
    public UpdateRejectedException() : base("The update was rejected.") { }

    public UpdateRejectedException(string message) : base(message) { }

    public UpdateRejectedException(string message, Exception innerException) : base(message, innerException) { }
}
