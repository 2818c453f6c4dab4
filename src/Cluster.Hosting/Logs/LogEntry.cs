namespace Cohort.Hosting.Logs;

/// <summary>One line of a member's log.</summary>
/// <param name="Time">In UTC.</param>
/// <param name="Level">Information, Warning, ...</param>
/// <param name="Member">Whose it is.</param>
/// <param name="Run">The run under way then; empty for none.</param>
/// <param name="Category">Which part of the program.</param>
/// <param name="Message">A sentence.</param>
/// <param name="Cause">The exception with its stack; null for none.</param>
public sealed record LogEntry(
    DateTimeOffset Time, string Level, string Member, string Run, string Category, string Message, string? Cause);
