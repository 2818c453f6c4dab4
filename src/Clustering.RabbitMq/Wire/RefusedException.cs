namespace Cohort.Clustering.RabbitMq.Wire;

/// <summary>A message that is not taken: by its sender, before it goes out, or by its receiver.</summary>
/// <param name="cause">A word for counting, from a short list.</param>
/// <param name="sentence">What was found and what was expected.</param>
internal sealed class RefusedException(string cause, string sentence) : Exception(sentence)
{
    public const string Type = "type";
    public const string Size = "size";
    public const string Form = "form";
    public const string Part = "part";
    public const string Target = "target";

    public string Cause => cause;
}
