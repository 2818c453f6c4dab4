using System.Collections.Immutable;

namespace Cohort.Federation;

/// <summary>The numbers that a choice was given; the others have their defaults.</summary>
public sealed class Settings : IEquatable<Settings>
{
    private readonly ImmutableSortedDictionary<string, double> _given;

    private Settings(ImmutableSortedDictionary<string, double> given) => _given = given;

    /// <summary>All at their defaults.</summary>
    public static Settings None { get; } =
        new(ImmutableSortedDictionary.Create<string, double>(StringComparer.Ordinal));

    public double this[Hyperparameter parameter]
    {
        get
        {
            ArgumentNullException.ThrowIfNull(parameter);
            return Find(parameter.Name) ?? parameter.Default;
        }
    }

    /// <returns>Null for one that was not given.</returns>
    public double? Find(string name) => _given.TryGetValue(name, out var value) ? value : null;

    public Settings With(string name, double value) => new(_given.SetItem(name, value));

    public Settings Without(string name) => new(_given.Remove(name));

    public bool Equals(Settings? other) => other is not null && _given.SequenceEqual(other._given);

    public override bool Equals(object? obj) => Equals(obj as Settings);

    public override int GetHashCode() => _given.Aggregate(0, (hash, given) => HashCode.Combine(hash, given.Key, given.Value));
}
