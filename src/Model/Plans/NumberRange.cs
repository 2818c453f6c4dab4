using System.Text.Json.Nodes;

namespace Cohort.Model.Plans;

/// <summary>The numbers a field takes. Bounds belong to the range unless they are called open.</summary>
public sealed record NumberRange(double Least = double.NegativeInfinity, double Most = double.PositiveInfinity)
{
    public bool OpenBelow { get; init; }
    public bool OpenAbove { get; init; }

    public static NumberRange Above(double least) => new(least) { OpenBelow = true };

    /// <param name="noun">"a number", "a whole number".</param>
    internal string InWords(string noun)
    {
        var below = double.IsNegativeInfinity(Least) ? null : OpenBelow ? $"above {Text(Least)}" : $"of at least {Text(Least)}";
        var above = double.IsPositiveInfinity(Most) ? null : OpenAbove ? $"below {Text(Most)}" : $"of at most {Text(Most)}";
        if (below is not null && above is not null && !OpenBelow && !OpenAbove)
            return $"{noun} from {Text(Least)} to {Text(Most)}";
        return (below, above) switch
        {
            (null, null) => noun,
            (null, _) => $"{noun} {above}",
            (_, null) => $"{noun} {below}",
            _ => $"{noun} {below} and {above}",
        };
    }

    /// <returns>What is wrong with the value ("-0.1 is negative"), or null.</returns>
    internal string? Fault(double value)
    {
        if (!double.IsFinite(value))
            return $"{Text(value)} is not a finite number";
        if (OpenBelow ? value <= Least : value < Least)
            return value < 0 && Least >= 0 ? $"{Text(value)} is negative" : $"{Text(value)} is too small";
        return (OpenAbove ? value >= Most : value > Most) ? $"{Text(value)} is too large" : null;
    }

    internal void AddTo(JsonObject schema, Func<double, JsonNode> number)
    {
        if (double.IsFinite(Least))
            schema[OpenBelow ? "exclusiveMinimum" : "minimum"] = number(Least);
        if (double.IsFinite(Most))
            schema[OpenAbove ? "exclusiveMaximum" : "maximum"] = number(Most);
    }

    private static string Text(double value) => JsonTokens.Number(value);
}
