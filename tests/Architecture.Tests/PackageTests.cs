using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Cohort.Architecture.Tests;

public partial class PackageTests
{
    private static readonly XDocument Versions = Repository.Read("Directory.Packages.props");

    private static readonly string[] SharedFiles = ["Directory.Build.props", "tests/Directory.Build.props"];

    [Fact]
    public void Package_versions_stand_in_one_place_only()
    {
        foreach (var (place, package) in References())
        {
            foreach (var name in new[] { "Version", "VersionOverride" })
            {
                (package.Attribute(name)?.Value ?? package.Element(name)?.Value).ShouldBeNull(
                    $"{place}: the version of {package.Attribute("Include")?.Value} belongs into Directory.Packages.props");
            }
        }

        Repository.SourceFiles("", ".csproj", ".props", ".targets")
            .Where(file => file.Path is not "Directory.Packages.props" && file.Text.Contains("<PackageVersion", StringComparison.Ordinal))
            .Select(file => file.Path).ShouldBeEmpty();
    }

    [Fact]
    public void Every_package_has_one_version_and_it_does_not_float()
    {
        var pinned = Versions.Descendants("PackageVersion").ToDictionary(
            version => (string)version.Attribute("Include")!, version => (string)version.Attribute("Version")!,
            StringComparer.OrdinalIgnoreCase);
        foreach (var (name, version) in pinned)
            ExactVersion().IsMatch(version).ShouldBeTrue($"{name} has the version {version}; expected one exact version");
        foreach (var (place, package) in References())
            pinned.ShouldContainKey((string)package.Attribute("Include")!, place);
    }

    [Fact]
    public void A_lock_file_lies_beside_every_project() =>
        Repository.Projects.Where(project => !File.Exists(Path.Combine(Repository.Root, project.Folder, "packages.lock.json")))
            .ShouldBeEmpty();

    private static IEnumerable<(string Place, XElement Package)> References() =>
        SharedFiles.SelectMany(file => Repository.Read(file).Descendants("PackageReference").Select(package => (file, package)))
            .Concat(Repository.Projects.SelectMany(project => project.Packages.Select(package => (project.Path, package))));

    [GeneratedRegex(@"^\d+(?:\.\d+){1,3}(?:-[0-9A-Za-z.-]+)?$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex ExactVersion();
}
