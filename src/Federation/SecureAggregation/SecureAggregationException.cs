namespace Cohort.Federation.SecureAggregation;

/// <summary>A secure sum cannot be had, and nothing of it was released. The message says at which stage and why.</summary>
public sealed class SecureAggregationException(string message) : Exception(message);

/// <summary>One message of a secure sum was refused; who sent it counts as if it had sent nothing.</summary>
/// <param name="student">Whose message it was, or whom it was about; -1 for the leader.</param>
/// <param name="message">What was found, and what was expected.</param>
public sealed class SecureMessageRefusedException(int student, string message) : Exception(message)
{
    /// <summary>Stands for the leader where a student is expected.</summary>
    public const int Leader = -1;

    public int Student { get; } = student;
}
