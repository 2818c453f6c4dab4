using System.Xml.Linq;

namespace Cohort.Architecture.Tests;

/// <summary>One csproj file, read as text and not evaluated.</summary>
/// <param name="Path">From the checkout's root, with forward slashes.</param>
internal sealed record Project(string Path)
{
    private readonly XDocument _file = Repository.Read(Path);

    public string Name { get; } = NameOf(Path);

    public string Folder { get; } = Path[..Path.LastIndexOf('/')];

    /// <summary>The names of the projects it refers to itself, under any condition and through any Uses property.</summary>
    public IEnumerable<string> References => _file.Descendants("ProjectReference")
        .Select(reference => NameOf((string)reference.Attribute("Include")!))
        .Concat(Repository.SwitchedReferences.Where(entry => IsSet(entry.Key)).Select(entry => entry.Value))
        .Distinct(StringComparer.Ordinal);

    public IEnumerable<XElement> Packages => _file.Descendants("PackageReference");

    public static string NameOf(string path) =>
        path[(path.LastIndexOfAny(['/', '\\']) + 1)..].Replace(".csproj", "", StringComparison.Ordinal);

    private bool IsSet(string property) =>
        _file.Descendants(property).Any(element => string.Equals(element.Value, "true", StringComparison.OrdinalIgnoreCase));
}
