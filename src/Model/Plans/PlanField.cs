using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Cohort.Model.Plans;

/// <summary>
/// One field of a plan: where it stands, what it means, which values it takes, and how it is read from and written into the
/// tree. The reader, the schema and <c>pbm plan explain</c> all work from these, so they cannot disagree.
/// </summary>
public abstract class PlanField(string path, string meaning)
{
    /// <summary>Where the field stands, such as <c>training.learningRate</c>.</summary>
    public string Path { get; } = path;

    /// <summary>One sentence for a person who reads or writes plans.</summary>
    public string Meaning { get; } = meaning;

    /// <summary>What a number counts, such as "seconds"; null where it counts nothing.</summary>
    public string? Unit { get; init; }

    /// <summary>Its symbol in the field's papers, such as E; null where it has none.</summary>
    public string? Symbol { get; init; }

    /// <summary>True where a plan must say it: it has no default that suits everybody.</summary>
    public bool Required { get; init; }

    internal string Name => Path[(Path.LastIndexOf('.') + 1)..];
    internal string Section => Path.Contains('.', StringComparison.Ordinal) ? Path[..Path.LastIndexOf('.')] : "";

    /// <summary>The allowed values in words, such as "a number above 0".</summary>
    public abstract string Allowed { get; }

    /// <summary>Reads the value under the reader into the plan.</summary>
    /// <returns>The plan with the value, and null; or the plan as it was, and what is wrong with the value.</returns>
    internal abstract (Plan Plan, string? Problem) Read(ref Utf8JsonReader reader, Plan plan);

    /// <returns>What is wrong with this field's value in the plan, or null.</returns>
    internal abstract string? Check(Plan plan);

    /// <summary>The value of a plan that does not say it, as JSON.</summary>
    internal virtual JsonNode? Default => ToJson(new Plan());

    /// <summary>
    /// True where its value has a meaning beside the plan's other values; else the canonical form leaves it out. So do fields that plans of an
    /// earlier time had not, where they change nothing: those plans keep their digest.
    /// </summary>
    internal Func<Plan, bool>? Means { get; init; }

    /// <summary>True if it stands in the canonical form.</summary>
    internal virtual bool IsWritten(Plan plan) => Means?.Invoke(plan) ?? true;

    /// <summary>The value as JSON, as it stands in the canonical form.</summary>
    public abstract JsonNode? ToJson(Plan plan);

    internal abstract JsonObject Schema();

    /// <summary>The value as a person writes it: JSON without quotes, "none" for null.</summary>
    public string Show(Plan plan) => Show(ToJson(plan));

    /// <summary>The default as a person writes it.</summary>
    public string ShowDefault() => Show(Default);

    private static string Show(JsonNode? json) => json switch
    {
        null => "none",
        JsonValue value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>(),
        var value => value.ToJsonString(),
    };

    private protected static string Describe(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.String => $"\"{Shorten(reader.GetString()!)}\" is a text",
        JsonTokenType.Number => $"{reader.Text()} is a number",
        JsonTokenType.True or JsonTokenType.False => $"{reader.Text()} is a truth value",
        JsonTokenType.Null => "null is no value",
        JsonTokenType.StartArray => "this is a list",
        _ => "this is an object",
    };

    private static string Shorten(string text) => text.Length <= 40 ? text : text[..40] + "...";
}

/// <summary>A field whose values are <typeparamref name="T"/>.</summary>
public abstract class PlanField<T>(string path, Func<Plan, T> get, Func<Plan, T, Plan> with, string meaning)
    : PlanField(path, meaning)
{
    private protected T Get(Plan plan) => get(plan);

    /// <returns>False where the token is of another kind.</returns>
    private protected abstract bool TryRead(ref Utf8JsonReader reader, out T value);

    private protected abstract string? Check(T value);

    private protected virtual string? Misread(ref Utf8JsonReader reader) => null;

    internal sealed override (Plan Plan, string? Problem) Read(ref Utf8JsonReader reader, Plan plan)
    {
        if (!TryRead(ref reader, out var value))
            return (plan, Misread(ref reader) ?? $"{Describe(ref reader)}; give {Allowed}.");
        var problem = Check(value);
        return problem is null ? (with(plan, value), null) : (plan, problem);
    }

    internal sealed override string? Check(Plan plan) => Check(get(plan));
}

internal static class JsonTokens
{
    public static string Text(this ref Utf8JsonReader reader) => System.Text.Encoding.UTF8.GetString(reader.ValueSpan);

    /// <summary>Shortest text that reads back as the value; whole numbers in full digits.</summary>
    public static string Number(double value) => Math.Abs(value) < 1e18 && Math.Truncate(value) == value
        ? ((long)value).ToString(CultureInfo.InvariantCulture)
        : value.ToString("R", CultureInfo.InvariantCulture);
}
