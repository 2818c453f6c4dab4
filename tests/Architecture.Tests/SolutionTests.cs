using System.Text.RegularExpressions;

namespace Cohort.Architecture.Tests;

public partial class SolutionTests
{
    [Fact]
    public void Every_project_stands_in_the_solution_and_the_solution_names_no_other()
    {
        var listed = ProjectPath().Matches(File.ReadAllText(Path.Combine(Repository.Root, "Cluster.sln")))
            .Select(match => match.Groups["path"].Value.Replace('\\', '/'));
        listed.Order(StringComparer.Ordinal).ShouldBe(
            Repository.Projects.Select(project => project.Path).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_source_project_has_a_test_project_of_its_name()
    {
        var tests = Repository.TestProjects.Select(project => project.Name).ToHashSet(StringComparer.Ordinal);
        // The test kit is proven by the actors' tests, which are written with it.
        Repository.SourceProjects.Where(project => project.Name is not "Actors.TestKit")
            .Where(project => !tests.Contains($"{project.Name}.Tests"))
            .ShouldBeEmpty();
    }

    [Fact]
    public void A_project_is_named_as_its_folder()
    {
        foreach (var project in Repository.Projects)
            project.Folder.ShouldEndWith($"/{project.Name}");
    }

    [GeneratedRegex(@"""(?<path>[^""]+\.csproj)""", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex ProjectPath();
}
