namespace Cohort.Federation;

/// <summary>A number that tunes a choice. Choices of one catalogue that share its name share all of it.</summary>
/// <param name="Name">Its name in a plan, in camelCase.</param>
/// <param name="Default">Its value where a plan does not say.</param>
/// <param name="Meaning">One sentence for a person who writes plans.</param>
public sealed record Hyperparameter(string Name, double Default, string Meaning)
{
    /// <summary>The least value it takes.</summary>
    public double Least { get; init; } = double.NegativeInfinity;

    /// <summary>The greatest value it takes.</summary>
    public double Most { get; init; } = double.PositiveInfinity;

    /// <summary>True if <see cref="Least"/> itself is too small.</summary>
    public bool IsAboveLeast { get; init; }

    /// <summary>True if <see cref="Most"/> itself is too large.</summary>
    public bool IsBelowMost { get; init; }

    /// <summary>True if it takes whole numbers alone.</summary>
    public bool IsWhole { get; init; }

    /// <summary>What it counts, such as "students"; null where it counts nothing.</summary>
    public string? Unit { get; init; }

    /// <summary>Its symbol in the papers; null where it has none.</summary>
    public string? Symbol { get; init; }
}
