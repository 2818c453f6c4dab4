using System.Text;
using System.Text.Json;

namespace Cohort.Model.Plans;

/// <summary>
/// Reads a plan's JSON in one pass, and remembers where each value stood, so that errors can name line and column.
/// </summary>
internal ref struct PlanReader
{
    private static readonly JsonReaderOptions Lenient =
        new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = 32 };

    private readonly ReadOnlySpan<byte> _json;
    private readonly List<PlanError> _errors = [];
    private readonly Dictionary<string, int> _positions = new(StringComparer.Ordinal);
    private Utf8JsonReader _reader;
    private Plan _plan = new();

    private PlanReader(ReadOnlySpan<byte> json)
    {
        _json = json;
        _reader = new Utf8JsonReader(json, Lenient);
    }

    public static Plan Read(ReadOnlySpan<byte> json, string source)
    {
        var bom = Encoding.UTF8.Preamble;
        var reader = new PlanReader(json.StartsWith(bom) ? json[bom.Length..] : json);
        var plan = reader.ReadPlan();
        return reader._errors.Count == 0
            ? plan
            : throw new PlanException(source, [.. reader._errors.OrderBy(e => e.Line).ThenBy(e => e.Column)]);
    }

    private Plan ReadPlan()
    {
        try
        {
            _reader.Read();
            if (_reader.TokenType != JsonTokenType.StartObject)
            {
                Blame("", Here, "a plan is an object; begin with { and end with }.");
                return _plan;
            }
            ReadSection("");
            // Trailing text after the plan's closing brace is an error of the JSON, which the next read reports.
            _reader.Read();
        }
        catch (JsonException e)
        {
            BlameSyntax(e);
            return _plan;
        }
        catch (InvalidOperationException)
        {
            // What Utf8JsonReader.GetString throws for bytes, or escapes, that are no text.
            Blame("", Here, "this text is no Unicode; write the file in UTF-8.");
            return _plan;
        }
        CheckWhole();
        return _plan;
    }

    private void ReadSection(string section)
    {
        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = _reader.GetString()!;
            var path = section.Length == 0 ? name : $"{section}.{name}";
            var named = Here;
            _reader.Read();
            if (path is "$schema")
                _reader.Skip();
            else if (!_positions.TryAdd(path, Here))
                Refuse(path, named, "the field is given twice; keep one of them.");
            else if (PlanFields.Sections.ContainsKey(path))
                ReadInner(path);
            else if (PlanFields.ByPath.TryGetValue(path, out var field))
                ReadValue(field);
            else
                Refuse(path, named, Unknown(section, name));
        }
    }

    private void ReadInner(string section)
    {
        if (_reader.TokenType == JsonTokenType.StartObject)
            ReadSection(section);
        else
            Refuse(section, Here, $"{section} holds several fields; give an object in braces.");
    }

    private void ReadValue(PlanField field)
    {
        if (_reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
        {
            var kind = _reader.TokenType == JsonTokenType.StartArray ? "a list" : "an object";
            Refuse(field.Path, Here, $"this is {kind}; give {field.Allowed}.");
            return;
        }
        (_plan, var problem) = field.Read(ref _reader, _plan);
        if (problem is not null)
            Blame(field.Path, Here, problem);
    }

    private readonly void CheckWhole()
    {
        foreach (var field in PlanFields.All.Where(f => f.Required))
        {
            if (!_positions.ContainsKey(field.Path))
                Blame(field.Path, Math.Max(0, _json.IndexOf((byte)'{')), $"the field is missing; give {field.Allowed}.");
        }
        foreach (var error in PlanRules.Contradicting(_plan, _errors).ToList())
        {
            if (_positions.TryGetValue(error.Path, out var position))
                Blame(error.Path, position, error.Problem);
            else
                _errors.Add(error);
        }
    }

    private static string Unknown(string section, string name)
    {
        var where = section.Length == 0 ? "a plan" : section;
        var here = PlanFields.NamesIn(section);
        if (Spelling.Closest(name, here) is { } close)
            return $"{where} has no field \"{name}\" (did you mean \"{close}\"?).";
        var elsewhere = PlanFields.All.FirstOrDefault(f => string.Equals(f.Name, name, StringComparison.OrdinalIgnoreCase));
        return elsewhere is not null
            ? $"{where} has no field \"{name}\"; it belongs to " +
                $"{(elsewhere.Section.Length == 0 ? "the plan itself" : elsewhere.Section)}."
            : $"{where} has no field \"{name}\"; it has {string.Join(", ", here)}.";
    }

    private readonly int Here => (int)_reader.TokenStartIndex;

    private void Refuse(string path, int position, string problem)
    {
        Blame(path, position, problem);
        _reader.Skip();
    }

    private readonly void Blame(string path, int position, string problem)
    {
        var before = _json[..position];
        var lineStart = before.LastIndexOf((byte)'\n') + 1;
        var column = Encoding.UTF8.GetCharCount(before[lineStart..]) + 1;
        _errors.Add(new PlanError(path, before.Count((byte)'\n') + 1, column, problem));
    }

    private readonly void BlameSyntax(JsonException e)
    {
        var line = (int)(e.LineNumber ?? 0);
        var start = 0;
        for (var i = 0; i < line; i++)
            start += _json[start..].IndexOf((byte)'\n') + 1;
        var length = (int)Math.Min(e.BytePositionInLine ?? 0, _json.Length - start);
        // .NET ends its message with zero-based numbers of its own.
        var what = e.Message.Split(" LineNumber:")[0];
        _errors.Add(new PlanError("", line + 1, Encoding.UTF8.GetCharCount(_json.Slice(start, length)) + 1,
            $"this is not JSON: {what.TrimEnd('.')}."));
    }
}
