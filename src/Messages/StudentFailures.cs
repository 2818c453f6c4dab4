namespace Cohort.Messages;

/// <summary>How a student's failure is put into words.</summary>
public static class StudentFailures
{
    /// <summary>Longer reasons are cut: a reason is a sentence, not a way to send something.</summary>
    public const int LongestReason = 300;

    public static StudentFailure Of(int student, string reason)
        => new() { Student = student, Reason = reason.Length <= LongestReason ? reason : reason[..LongestReason] };
}
