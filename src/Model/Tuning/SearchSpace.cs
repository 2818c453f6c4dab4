using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Cohort.Model.Plans;
using Cohort.Model.Randomness;

namespace Cohort.Model.Tuning;

/// <summary>
/// Fields of a plan, and the values that a search may give them: JSON that maps a field's path to a list of values, or to
/// <c>{ "min": ..., "max": ..., "scale": "linear" | "log" | "int" }</c>.
/// </summary>
public sealed class SearchSpace
{
    private const int MostDraws = 1000;
    private const string Example = "{ \"training.learningRate\": { \"min\": 0.01, \"max\": 0.1, \"scale\": \"log\" } }";

    private static readonly JsonDocumentOptions s_lenient =
        new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = 8 };

    // What names a run, or decides what it is judged by; a trial with another would not be compared with like.
    private static readonly string[] s_fixed = ["name", "description", "seed", "rounds.count", "rounds.targetAccuracy", "models.keep"];

    private readonly IReadOnlyList<SearchedField> _fields;

    private SearchSpace(IReadOnlyList<SearchedField> fields) => _fields = fields;

    private const string Privacy =
        "trials train on the same students again and again, and nobody accounts for what all of them spend together; search without noise, and "
        + "give the chosen plan its noise afterwards.";

    /// <returns>Why no search can begin with a plan, as a clause; null if one can.</returns>
    public static string? WhyNot(Plan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return plan.Privacy.IsPrivate || plan.Training.RecordPrivacy.IsOn ? Privacy : null;
    }

    /// <summary>The fields searched, in the order of their paths.</summary>
    public IReadOnlyList<string> Paths => [.. _fields.Select(searched => searched.Path)];

    /// <summary>The space in one form, whatever the order and the blanks of its file.</summary>
    public string ToCanonicalJson() => string.Join("\n", _fields.Select(field => $"{field.Path}: {field.Describe()}"));

    /// <param name="path">A file.</param>
    /// <param name="plan">The plan whose fields they are.</param>
    /// <exception cref="PlanException">The file is absent, is no JSON, is empty, or names what no plan takes.</exception>
    public static SearchSpace Read(string path, Plan plan)
    {
        try
        {
            return Parse(File.ReadAllText(path), path, plan);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PlanException(
                $"{path}: the search space cannot be read ({e.Message.TrimEnd('.')}); name a file that holds, for example, {Example}.", e);
        }
    }

    /// <param name="json">The text of a space.</param>
    /// <param name="source">What errors call it.</param>
    /// <param name="plan">The plan whose fields they are.</param>
    /// <exception cref="PlanException">The text is no JSON, is empty, or names what no plan takes.</exception>
    public static SearchSpace Parse(string json, string source, Plan plan)
    {
        JsonNode? root;
        try
        {
            root = JsonNode.Parse(json, documentOptions: s_lenient);
            _ = (root as JsonObject)?.Count; // members are read, and repeated ones found, when they are first asked for
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            throw new PlanException($"{source}: the search space is no JSON: {e.Message.TrimEnd('.')}.", e);
        }

        if (root is not JsonObject { Count: > 0 } given)
        {
            throw new PlanException(source, [new("", 0, 0, $"the search space is empty; give an object of fields, such as {Example}.")]);
        }

        var errors = new List<PlanError>();
        var fields = new List<SearchedField>();
        foreach (var (path, values) in given.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (Problem(path, values, plan, out var field) is { } problem)
            {
                errors.Add(new(path, 0, 0, problem));
            }
            else
            {
                fields.Add(field!);
            }
        }

        return errors.Count == 0 ? new(fields) : throw new PlanException(source, errors);
    }

    /// <summary>
    /// The plan of one trial: values drawn for all fields, of which those that the plan has no use for stay out; drawn again where they
    /// contradict each other.
    /// </summary>
    /// <param name="plan">What is changed.</param>
    /// <param name="seed">Keys the draws.</param>
    /// <param name="trial">1-based; a trial's values do not depend on how many there are.</param>
    /// <exception cref="PlanException">Of many draws none made a plan.</exception>
    public Trial Draw(Plan plan, ulong seed, int trial)
    {
        IReadOnlyList<PlanError> refused = [];
        for (var draw = 0; draw < MostDraws; draw++)
        {
            var random = KeyedRandom.For(seed, Purpose.Tune, trial, draw);
            var values = _fields.Select(field => (field, Value: field.Draw(random))).ToList(); // all of them, so that one's use moves no other
            var changed = plan;
            foreach (var (field, value) in values)
            {
                changed = field.Apply(changed, value);
            }

            var used = values.Where(entry => !entry.field.IsUnused(changed)).ToList();
            var tried = plan;
            foreach (var (field, value) in used)
            {
                tried = field.Apply(tried, value);
            }

            refused = PlanRules.Check(tried);
            if (refused.Count == 0)
            {
                return new(trial, new JsonObject(used.Select(entry => KeyValuePair.Create(entry.field.Path, entry.Value))), tried);
            }
        }

        throw new PlanException($"trial {trial}", refused);
    }

    private static string? Problem(string path, JsonNode? values, Plan plan, out SearchedField? searched)
    {
        searched = null;
        if (!PlanFields.ByPath.TryGetValue(path, out var field))
        {
            return $"a plan has no field \"{path}\"{Spelling.DidYouMean(path, PlanFields.ByPath.Keys)}.";
        }

        if (s_fixed.Contains(path, StringComparer.Ordinal) || path.StartsWith("data.", StringComparison.Ordinal))
        {
            return "it cannot be searched: trials are compared on the same data, after the same rounds.";
        }

        if (path is "privacy.noiseMultiplier" || path.StartsWith("training.recordPrivacy.", StringComparison.Ordinal))
        {
            return Privacy;
        }

        if (values is JsonArray list)
        {
            if (list.Count == 0)
            {
                return "the list is empty; give one value or more.";
            }

            searched = new ListedField(field, [.. list.Select(value => value?.ToJsonString() ?? "null")]);
        }
        else if (values is JsonObject range)
        {
            if (RangedField.Of(field, range, out var ranged) is { } wrong)
            {
                return wrong;
            }

            searched = ranged;
        }
        else
        {
            return "give a list of values, or { \"min\": ..., \"max\": ..., \"scale\": \"linear\", \"log\" or \"int\" }.";
        }

        var checkedField = searched!;
        return checkedField.Samples.Select(value => checkedField.Check(plan, value)).FirstOrDefault(problem => problem is not null);
    }
}

/// <summary>One trial of a search.</summary>
/// <param name="Number">1-based.</param>
/// <param name="Values">By path: what the trial gives the fields searched.</param>
/// <param name="Plan">The plan with those values.</param>
public sealed record Trial(int Number, JsonObject Values, Plan Plan);

/// <summary>One field of a space.</summary>
internal abstract class SearchedField(PlanField of)
{
    public string Path => of.Path;

    /// <summary>Values at the space's edges and within, all of which the field has to take.</summary>
    public abstract IEnumerable<string> Samples { get; }

    public abstract string Describe();

    protected abstract string Text(Random random);

    /// <returns>A value as JSON; null where that is null.</returns>
    public JsonNode? Draw(Random random) => JsonNode.Parse(Text(random));

    /// <returns>What is wrong with a value, or null.</returns>
    public virtual string? Check(Plan plan, string value) => Read(plan, value).Problem;

    public Plan Apply(Plan plan, JsonNode? value) => Read(plan, value?.ToJsonString() ?? "null").Plan;

    /// <summary>True where the plan's choice has no use for it.</summary>
    public bool IsUnused(Plan plan) => of is IUnusedSetting setting && setting.Unused(plan) is not null;

    private (Plan Plan, string? Problem) Read(Plan plan, string value)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(value));
        reader.Read();
        return of.Read(ref reader, plan);
    }
}

/// <summary>Values of which each is as likely as the other.</summary>
internal sealed class ListedField(PlanField field, string[] values) : SearchedField(field)
{
    public override IEnumerable<string> Samples => values;

    public override string Describe() => $"[{string.Join(", ", values)}]";

    protected override string Text(Random random) => values[random.Next(values.Length)];
}

/// <summary>Numbers between two bounds, both of them included.</summary>
internal sealed class RangedField : SearchedField
{
    private readonly double _least;
    private readonly double _most;
    private readonly string _scale;

    private RangedField(PlanField field, double least, double most, string scale)
        : base(field)
        => (_least, _most, _scale) = (least, most, scale);

    public override IEnumerable<string> Samples => [Number(_least), Number(_most), Number(At(0.3183))];

    public static string? Of(PlanField field, JsonObject range, out RangedField? ranged)
    {
        ranged = null;
        if (range.Select(member => member.Key).FirstOrDefault(key => key is not ("min" or "max" or "scale")) is { } stray)
        {
            return $"a range has no \"{stray}\"; it has min, max and scale.";
        }

        if (NumberOf(range["min"]) is not { } least || NumberOf(range["max"]) is not { } most)
        {
            return "a range needs two numbers, min and max.";
        }

        var scale = range["scale"] is null ? "linear" : (range["scale"] as JsonValue)?.TryGetValue<string>(out var word) == true ? word : "";
        if (scale is not ("linear" or "log" or "int"))
        {
            return $"scale {range["scale"]!.ToJsonString()} is none of the words known here; give linear, log or int.";
        }

        if (!(least < most))
        {
            return $"min {Number(least)} is not below max {Number(most)}.";
        }

        if (scale is "log" && least <= 0)
        {
            return $"a logarithmic range begins above 0, and min is {Number(least)}; raise it, or take linear.";
        }

        if (scale is "int" && (Math.Truncate(least) != least || Math.Truncate(most) != most))
        {
            return $"min {Number(least)} and max {Number(most)} of scale int have to be whole numbers.";
        }

        ranged = new(field, least, most, scale);
        return null;
    }

    public override string Describe() => $"{_scale} {Number(_least)} to {Number(_most)}";

    public override string? Check(Plan plan, string value) => base.Check(plan, value) is { } problem
        ? _scale is not "int" && base.Check(plan, Number(_least)) is null && base.Check(plan, Number(_most)) is null
            ? $"{problem.TrimEnd('.')}, or scale int."
            : problem
        : null;

    protected override string Text(Random random) => Number(
        _scale is "int" ? _least + random.NextInt64((long)(_most - _least) + 1) : At(random.NextDouble()));

    /// <summary>The value of a share of the range, to four digits, since nobody reads more.</summary>
    private double At(double share)
    {
        var value = _scale switch
        {
            "log" => PortableMath.Exp(PortableMath.Log(_least) + (share * (PortableMath.Log(_most) - PortableMath.Log(_least)))),
            "int" => Math.Round(_least + (share * (_most - _least))),
            _ => _least + (share * (_most - _least)),
        };
        return Math.Clamp(double.Parse(value.ToString("G4", Invariant), Invariant), _least, _most);
    }

    private static System.Globalization.CultureInfo Invariant => System.Globalization.CultureInfo.InvariantCulture;

    private static double? NumberOf(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<double>(out var number) && double.IsFinite(number) ? number : null;

    private static string Number(double value) => JsonTokens.Number(value);
}
