using System.Text.Json;
using System.Text.Json.Nodes;

namespace Cohort.Model.Plans;

internal sealed class NumberField(
    string path, NumberRange range, Func<Plan, double> get, Func<Plan, double, Plan> with, string meaning)
    : PlanField<double>(path, get, with, meaning)
{
    public override string Allowed => range.InWords("a number");

    private protected override bool TryRead(ref Utf8JsonReader reader, out double value)
    {
        value = 0;
        return reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out value);
    }

    private protected override string? Check(double value) =>
        range.Fault(value) is { } fault ? $"{fault}; give {Allowed}." : null;

    public override JsonNode? ToJson(Plan plan) => JsonValue.Create(Get(plan));

    internal override JsonObject Schema()
    {
        var schema = new JsonObject { ["type"] = "number" };
        range.AddTo(schema, v => JsonValue.Create(v));
        return schema;
    }
}

/// <summary>A number that may be absent: null switches the thing off.</summary>
internal sealed class OptionalNumberField(
    string path, NumberRange range, Func<Plan, double?> get, Func<Plan, double?, Plan> with, string meaning)
    : PlanField<double?>(path, get, with, meaning)
{
    public override string Allowed => range.InWords("a number") + ", or null for none";

    private protected override bool TryRead(ref Utf8JsonReader reader, out double? value)
    {
        value = null;
        if (reader.TokenType == JsonTokenType.Null)
            return true;
        if (reader.TokenType != JsonTokenType.Number || !reader.TryGetDouble(out var number))
            return false;
        value = number;
        return true;
    }

    private protected override string? Check(double? value) =>
        value is { } number && range.Fault(number) is { } fault ? $"{fault}; give {Allowed}." : null;

    public override JsonNode? ToJson(Plan plan) => Get(plan) is { } number ? JsonValue.Create(number) : null;

    internal override JsonObject Schema()
    {
        var schema = new JsonObject { ["type"] = new JsonArray("number", "null") };
        range.AddTo(schema, v => JsonValue.Create(v));
        return schema;
    }
}

/// <summary>A span of time that the plan's JSON gives in seconds.</summary>
internal sealed class SecondsField(
    string path, NumberRange range, Func<Plan, TimeSpan> get, Func<Plan, TimeSpan, Plan> with, string meaning)
    : PlanField<TimeSpan>(path, get, with, meaning)
{
    public override string Allowed => range.InWords("a number of seconds");

    private protected override bool TryRead(ref Utf8JsonReader reader, out TimeSpan value)
    {
        value = default;
        if (reader.TokenType != JsonTokenType.Number || !reader.TryGetDouble(out var seconds))
            return false;
        // Beyond what TimeSpan holds the range below says no anyway.
        value = TimeSpan.FromSeconds(Math.Clamp(seconds, -1e9, 1e9));
        return true;
    }

    private protected override string? Check(TimeSpan value) =>
        range.Fault(value.TotalSeconds) is { } fault ? $"{fault}; give {Allowed}." : null;

    public override JsonNode? ToJson(Plan plan) => JsonValue.Create(Get(plan).TotalSeconds);

    internal override JsonObject Schema()
    {
        var schema = new JsonObject { ["type"] = "number" };
        range.AddTo(schema, v => JsonValue.Create(v));
        return schema;
    }
}

internal sealed class WholeField(
    string path, long least, long most, Func<Plan, long> get, Func<Plan, long, Plan> with, string meaning)
    : PlanField<long>(path, get, with, meaning)
{
    private readonly NumberRange _range = new(least, most);

    public override string Allowed => _range.InWords("a whole number");

    private protected override bool TryRead(ref Utf8JsonReader reader, out long value)
    {
        value = 0;
        return reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out value);
    }

    private protected override string? Misread(ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.Number ? $"{reader.Text()} is not {Allowed}; give {Allowed}." : null;

    private protected override string? Check(long value) =>
        _range.Fault(value) is { } fault ? $"{fault}; give {Allowed}." : null;

    public override JsonNode? ToJson(Plan plan) => JsonValue.Create(Get(plan));

    internal override JsonObject Schema()
    {
        var schema = new JsonObject { ["type"] = "integer" };
        _range.AddTo(schema, v => JsonValue.Create((long)v));
        return schema;
    }
}

internal sealed class FlagField(string path, Func<Plan, bool> get, Func<Plan, bool, Plan> with, string meaning)
    : PlanField<bool>(path, get, with, meaning)
{
    public override string Allowed => "true or false";

    /// <summary>True where the canonical form leaves false out, so that plans of a time without the field keep their digest.</summary>
    public bool IsNew { get; init; }

    internal override bool IsWritten(Plan plan) => !IsNew || Get(plan);

    private protected override bool TryRead(ref Utf8JsonReader reader, out bool value)
    {
        value = reader.TokenType == JsonTokenType.True;
        return reader.TokenType is JsonTokenType.True or JsonTokenType.False;
    }

    private protected override string? Check(bool value) => null;

    public override JsonNode? ToJson(Plan plan) => JsonValue.Create(Get(plan));

    internal override JsonObject Schema() => new() { ["type"] = "boolean" };
}

internal sealed class TextField(string path, Func<Plan, string> get, Func<Plan, string, Plan> with, string meaning)
    : PlanField<string>(path, get, with, meaning)
{
    public override string Allowed => Required ? "a text that is not empty" : "a text";

    private protected override bool TryRead(ref Utf8JsonReader reader, out string value)
    {
        value = reader.TokenType == JsonTokenType.String ? reader.GetString()! : "";
        return reader.TokenType == JsonTokenType.String;
    }

    private protected override string? Check(string value) =>
        Required && string.IsNullOrWhiteSpace(value) ? $"the text is empty; give {Allowed}." : null;

    public override JsonNode? ToJson(Plan plan) => JsonValue.Create(Get(plan));

    internal override JsonObject Schema()
    {
        var schema = new JsonObject { ["type"] = "string" };
        if (Required)
            schema["minLength"] = 1;
        return schema;
    }
}

internal sealed class OptionalTextField(string path, Func<Plan, string?> get, Func<Plan, string?, Plan> with, string meaning)
    : PlanField<string?>(path, get, with, meaning)
{
    public override string Allowed => "a text, or null for none";

    private protected override bool TryRead(ref Utf8JsonReader reader, out string? value)
    {
        value = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
        return reader.TokenType is JsonTokenType.String or JsonTokenType.Null;
    }

    private protected override string? Check(string? value) =>
        value is "" ? $"the text is empty; give {Allowed}." : null;

    public override JsonNode? ToJson(Plan plan) => JsonValue.Create(Get(plan));

    internal override JsonObject Schema() => new() { ["type"] = new JsonArray("string", "null") };
}

/// <summary>One name out of a list.</summary>
internal sealed class NameField(
    string path, IReadOnlyList<string> names, Func<Plan, string> get, Func<Plan, string, Plan> with, string meaning)
    : PlanField<string>(path, get, with, meaning)
{
    public override string Allowed => Spelling.OneOf(names);

    /// <summary>The name that the canonical form leaves out, so that plans of a time when there was nothing to choose keep their digest.</summary>
    public string? Unwritten { get; init; }

    internal override bool IsWritten(Plan plan) => !string.Equals(Get(plan), Unwritten, StringComparison.Ordinal);

    private protected override bool TryRead(ref Utf8JsonReader reader, out string value)
    {
        value = reader.TokenType == JsonTokenType.String ? reader.GetString()! : "";
        return reader.TokenType == JsonTokenType.String;
    }

    private protected override string? Check(string value) => names.Contains(value, StringComparer.Ordinal)
        ? null
        : $"there is no {Name} \"{value}\"{Spelling.DidYouMean(value, names)}; give {Allowed}.";

    public override JsonNode? ToJson(Plan plan) => JsonValue.Create(Get(plan));

    internal override JsonObject Schema() => new() { ["enum"] = new JsonArray([.. names.Select(n => (JsonNode)n)]) };
}

/// <summary>One word out of an enum's, written in camelCase.</summary>
internal sealed class WordField<T>(string path, Func<Plan, T> get, Func<Plan, T, Plan> with, string meaning)
    : PlanField<T>(path, get, with, meaning)
    where T : struct, Enum
{
    private static readonly T[] Values = Enum.GetValues<T>();
    private static readonly string[] Words = [.. Values.Select(v => JsonNamingPolicy.CamelCase.ConvertName(v.ToString()))];

    public override string Allowed => Spelling.OneOf(Words);

    private protected override bool TryRead(ref Utf8JsonReader reader, out T value)
    {
        value = default;
        if (reader.TokenType != JsonTokenType.String || Array.IndexOf(Words, reader.GetString()) is var found && found < 0)
            return false;
        value = Values[found];
        return true;
    }

    private protected override string? Misread(ref Utf8JsonReader reader) =>
        reader.TokenType != JsonTokenType.String ? null
        : $"\"{reader.GetString()}\" is none of the words known here{Spelling.DidYouMean(reader.GetString()!, Words)}; give " +
            $"{Allowed}.";

    private protected override string? Check(T value) =>
        Array.IndexOf(Values, value) < 0 ? $"{value} is none of the words known here; give {Allowed}." : null;

    public override JsonNode? ToJson(Plan plan) => JsonValue.Create(Words[Array.IndexOf(Values, Get(plan))]);

    internal override JsonObject Schema() => new() { ["enum"] = new JsonArray([.. Words.Select(w => (JsonNode)w)]) };
}
