namespace Cohort.Device.Music;

/// <summary>A piece of music.</summary>
/// <param name="Title">For people.</param>
/// <param name="Location">A file's full path, or a URL; for a built-in tune its name, <c>built-in:sad-2</c>.</param>
/// <param name="Tags">What it was tagged with.</param>
/// <param name="Mood">Where it stands.</param>
public sealed record Tune(string Title, string Location, IReadOnlyList<string> Tags, Mood Mood)
{
    public const string BuiltInPrefix = "built-in:";

    public bool IsBuiltIn => Location.StartsWith(BuiltInPrefix, StringComparison.Ordinal);

    public bool IsUrl => Location.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || Location.StartsWith("https://", StringComparison.OrdinalIgnoreCase);
}

/// <summary>Tunes to choose from.</summary>
/// <param name="Name">For people.</param>
/// <param name="Tunes">Those that can be used.</param>
/// <param name="Skipped">A clause for each of those that cannot: "gone.mp3: there is no such file".</param>
public sealed record MusicLibrary(string Name, IReadOnlyList<Tune> Tunes, IReadOnlyList<string> Skipped);
