using System.Text.Json;
using System.Text.Json.Nodes;
using Cohort.Federation;

namespace Cohort.Model.Plans;

/// <summary>
/// The fields of one choice: its word, and the numbers that its kinds take, all from the catalogue. So a new kind has its entry in the
/// schema and in <c>pbm plan explain</c> by being there.
/// </summary>
internal static class ChoiceFields
{
    /// <param name="section">Where they stand, such as <c>server</c>.</param>
    /// <param name="word">The word's field, such as <c>optimizer</c>.</param>
    /// <param name="get">The choice in a plan.</param>
    /// <param name="with">A plan with another choice.</param>
    /// <param name="meaning">A sentence without its full stop: what the word chooses.</param>
    public static IEnumerable<PlanField> Of<T>(
        string section, string word, Func<Plan, Choice<T>> get, Func<Plan, Choice<T>, Plan> with, string meaning)
        where T : class, IChoice
        =>
        [
            new NameField(
                $"{section}.{word}",
                [.. Catalogue.Of<T>().Select(kind => kind.Name)],
                plan => get(plan).Name,
                (plan, name) => with(plan, get(plan) with { Name = name }),
                $"{meaning}: {string.Join("; ", Catalogue.Of<T>().Select(kind => $"{kind.Name}, {kind.Meaning}"))}.")
            { Unwritten = get(new Plan()).Name }, // so that a plan's digest stays when Cohort learns to choose
            .. Catalogue.HyperparametersOf<T>().Select(parameter => new SettingField<T>(section, word, parameter, get, with)),
        ];

    /// <summary>A number that the chosen kind has no use for.</summary>
    public static IEnumerable<PlanRules.Rule> Rules => PlanFields.All.OfType<IUnusedSetting>()
        .Select(setting => new PlanRules.Rule(setting.Path, setting.Word, setting.Unused));
}

/// <summary>A field that may be given in vain.</summary>
internal interface IUnusedSetting
{
    string Path { get; }

    /// <summary>The field that decides it.</summary>
    string Word { get; }

    /// <returns>Why it is given in vain, or null.</returns>
    string? Unused(Plan plan);
}

/// <summary>A number for some kinds of a choice; absent where the chosen kind has no use for it.</summary>
internal sealed class SettingField<T> : PlanField<double?>, IUnusedSetting
    where T : class, IChoice
{
    private readonly Hyperparameter _parameter;
    private readonly NumberRange _range;
    private readonly Func<Plan, Choice<T>> _get;
    private readonly string[] _users;

    public SettingField(
        string section, string word, Hyperparameter parameter, Func<Plan, Choice<T>> get, Func<Plan, Choice<T>, Plan> with)
        : base(
            $"{section}.{parameter.Name}",
            plan => get(plan).Settings.Find(parameter.Name),
            (plan, value) => with(plan, get(plan) with
            {
                Settings = value is { } number
                    ? get(plan).Settings.With(parameter.Name, number)
                    : get(plan).Settings.Without(parameter.Name),
            }),
            $"{parameter.Meaning} For {Spelling.OneOf(UsersOf(parameter))}.")
    {
        (_parameter, _get, _users) = (parameter, get, UsersOf(parameter));
        _range = new NumberRange(parameter.Least, parameter.Most) { OpenBelow = parameter.IsAboveLeast, OpenAbove = parameter.IsBelowMost };
        Word = $"{section}.{word}";
        Unit = parameter.Unit;
        Symbol = parameter.Symbol;
    }

    public string Word { get; }

    public override string Allowed => _range.InWords(_parameter.IsWhole ? "a whole number" : "a number");

    internal override JsonNode Default => JsonValue.Create(_parameter.Default);

    public string? Unused(Plan plan) => Get(plan) is null || IsUsed(plan)
        ? null
        : $"{_get(plan).Name} has no use for it; leave it out, or take {Spelling.OneOf(_users)} for {Word}.";

    internal override bool IsWritten(Plan plan) => IsUsed(plan);

    public override JsonNode? ToJson(Plan plan) => IsUsed(plan) ? JsonValue.Create(_get(plan).Settings[_parameter]) : null;

    private protected override bool TryRead(ref Utf8JsonReader reader, out double? value)
    {
        value = reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out var number) ? number : null;
        return value is not null;
    }

    private protected override string? Check(double? value) => value is not { } number ? null
        : _range.Fault(number) is { } fault ? $"{fault}; give {Allowed}."
        : _parameter.IsWhole && Math.Truncate(number) != number ? $"{JsonTokens.Number(number)} is not {Allowed}; give {Allowed}."
        : null;

    internal override JsonObject Schema()
    {
        var schema = new JsonObject { ["type"] = _parameter.IsWhole ? "integer" : "number" };
        _range.AddTo(schema, value => JsonValue.Create(value));
        return schema;
    }

    private bool IsUsed(Plan plan) => _users.Contains(_get(plan).Name, StringComparer.Ordinal);

    private static string[] UsersOf(Hyperparameter parameter) =>
        [.. Catalogue.Of<T>().Where(kind => kind.Hyperparameters.Contains(parameter)).Select(kind => kind.Name)];
}
