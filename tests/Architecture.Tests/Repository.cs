using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Cohort.Architecture.Tests;

/// <summary>The checkout this test was built from, as text: its projects and its source files.</summary>
internal static partial class Repository
{
    public static string Root { get; } = FindRoot();

    public static IReadOnlyList<Project> SourceProjects { get; } = ProjectsUnder("src");

    public static IReadOnlyList<Project> TestProjects { get; } = ProjectsUnder("tests");

    public static IEnumerable<Project> Projects => SourceProjects.Concat(TestProjects);

    /// <summary>Every file that people write, by its path from the root with forward slashes.</summary>
    public static IEnumerable<(string Path, string Text)> SourceFiles(string under, params string[] extensions)
    {
        foreach (var path in FilesUnder(new DirectoryInfo(Path.Combine(Root, under))))
        {
            if (extensions.Contains(Path.GetExtension(path), StringComparer.Ordinal))
                yield return (Path.GetRelativePath(Root, path).Replace('\\', '/'), File.ReadAllText(path));
        }
    }

    public static XDocument Read(params string[] path) => XDocument.Load(Path.Combine([Root, .. path]));

    /// <summary>Which project a property such as UsesActors brings in, as Directory.Build.props says.</summary>
    public static IReadOnlyDictionary<string, string> SwitchedReferences { get; } = Read("Directory.Build.props")
        .Descendants("ProjectReference")
        .ToDictionary(
            reference => UsesProperty().Match((string?)reference.Parent!.Attribute("Condition") ?? "").Groups["property"].Value,
            reference => Project.NameOf((string)reference.Attribute("Include")!),
            StringComparer.Ordinal);

    private static List<Project> ProjectsUnder(string folder) => FilesUnder(new DirectoryInfo(Path.Combine(Root, folder)))
        .Where(path => path.EndsWith(".csproj", StringComparison.Ordinal))
        .Order(StringComparer.Ordinal)
        .Select(path => new Project(Path.GetRelativePath(Root, path).Replace('\\', '/')))
        .ToList();

    private static IEnumerable<string> FilesUnder(DirectoryInfo folder)
    {
        foreach (var file in folder.EnumerateFiles())
            yield return file.FullName;
        foreach (var inner in folder.EnumerateDirectories().Where(inner => inner.LinkTarget is null))
        {
            if (inner.Name is "bin" or "obj" or "artifacts" or "node_modules" or "dist" || inner.Name.StartsWith('.'))
                continue;
            foreach (var file in FilesUnder(inner))
                yield return file;
        }
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Cluster.sln")))
            folder = folder.Parent;
        return folder?.FullName
            ?? throw new InvalidOperationException($"No folder above {AppContext.BaseDirectory} holds Cluster.sln.");
    }

    [GeneratedRegex(@"\$\((?<property>Uses\w+)\)' == 'true'", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex UsesProperty();
}
