namespace Cohort.Messages;

/// <summary>How a student's failure is put into words.</summary>
public static class StudentFailures
{
    public static StudentFailure Of(int student, string reason)
        => new() { Student = student, Reason = Sentence.Cut(reason) };
}
