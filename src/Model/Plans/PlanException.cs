namespace Cohort.Model.Plans;

/// <summary>One thing wrong with a plan.</summary>
/// <param name="Path">The field, such as <c>training.learningRate</c>; empty for the plan as a whole.</param>
/// <param name="Line">1-based line in the source, 0 where the value was not written there.</param>
/// <param name="Column">1-based column in characters, 0 where the value was not written there.</param>
/// <param name="Problem">What is wrong and what to write instead, as a sentence.</param>
public sealed record PlanError(string Path, int Line, int Column, string Problem)
{
    internal string In(string source)
    {
        var place = Line > 0 ? $"{source}, line {Line}, column {Column}" : source;
        return Path.Length > 0 ? $"{place} ({Path}): {Problem}" : $"{place}: {Problem}";
    }
}

/// <summary>A plan that cannot be used; the message has one line for each of its errors.</summary>
public sealed class PlanException : Exception
{
    public PlanException(string source, IReadOnlyList<PlanError> errors)
        : base(string.Join(Environment.NewLine, errors.Select(e => e.In(source)))) =>
        Errors = errors;

    public PlanException(string message, Exception inner) : base(message, inner)
    {
    }

    public IReadOnlyList<PlanError> Errors { get; } = [];
}
