namespace Cohort.Federation;

/// <summary>What a plan has chosen from a catalogue.</summary>
/// <param name="Name">The word.</param>
public sealed record Choice<T>(string Name)
    where T : class, IChoice
{
    public Settings Settings { get; init; } = Settings.None;

    /// <summary>The kind of that name.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public T Kind => Catalogue.Of<T>().FirstOrDefault(kind => string.Equals(kind.Name, Name, StringComparison.Ordinal))
        ?? throw new ArgumentException(
            $"There is no \"{Name}\"; there are {string.Join(", ", Catalogue.Of<T>().Select(kind => kind.Name))}.");
}
