namespace Cohort.Architecture.Tests;

/// <summary>Dependencies point downwards only (docs/design.md, Layout).</summary>
public class DependencyTests
{
    private static readonly Dictionary<string, string[]> MayReferTo = new(StringComparer.Ordinal)
    {
        ["Messages"] = [],
        ["Actors"] = [],
        ["Federation"] = [],
        ["Torch"] = [],
        ["Actors.TestKit"] = ["Actors"],
        ["Clustering"] = ["Actors", "Messages"],
        ["Clustering.RabbitMq"] = ["Clustering", "Actors", "Messages"],
        ["Model"] = ["Torch", "Federation"], // plans name what is in its catalogues
        ["Device"] = ["Model"], // a student's device knows nothing of a cluster
        ["Cluster.Nodes"] = ["Model", "Federation", "Clustering", "Actors", "Messages"],
        ["Cluster.Seed"] = ["Model", "Federation", "Clustering", "Actors", "Messages"],
        ["Cluster.Hosting"] = ["Clustering", "Clustering.RabbitMq", "Actors", "Messages"],
        ["Cluster.Nodes.Host"] = ["Cluster.Hosting", "Cluster.Nodes", "Actors"],
        ["Cluster.Seed.Host"] = ["Cluster.Hosting", "Cluster.Seed", "Cluster.Nodes", "Actors"], // a seed alone trains too
    };

    // The top of the tree, where everything is put together.
    private static readonly string[] MayReferToAnything = ["Pbm"];

    [Fact]
    public void Every_source_project_refers_only_to_projects_below_it()
    {
        foreach (var project in Repository.SourceProjects)
        {
            if (MayReferToAnything.Contains(project.Name, StringComparer.Ordinal))
                continue;
            MayReferTo.ShouldContainKey(project.Name, $"{project.Path} is new: say here what it may refer to");
            project.References.Except(MayReferTo[project.Name], StringComparer.Ordinal).ShouldBeEmpty(
                $"{project.Path} may refer to nothing but [{string.Join(", ", MayReferTo[project.Name])}]");
        }
    }

    [Fact]
    public void No_source_project_refers_to_a_test_project()
    {
        var tests = Repository.TestProjects.Select(project => project.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var project in Repository.SourceProjects)
            project.References.Where(tests.Contains).ShouldBeEmpty(project.Path);
    }

    [Fact]
    public void No_project_reaches_itself()
    {
        var references = Repository.Projects.ToDictionary(
            project => project.Name, project => project.References.ToArray(), StringComparer.Ordinal);
        foreach (var name in references.Keys)
        {
            var reached = new HashSet<string>(StringComparer.Ordinal);
            var next = new Stack<string>(references[name]);
            while (next.TryPop(out var reference))
            {
                if (reached.Add(reference))
                    Array.ForEach(references[reference], next.Push);
            }

            reached.Contains(name).ShouldBeFalse($"{name} reaches itself through {string.Join(", ", reached)}");
        }
    }

    [Fact]
    public void The_engine_properties_are_seen_as_references()
    {
        // Guards the reading itself: were these not found, the rules above would pass on anything.
        Repository.SwitchedReferences.ShouldBe(
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["UsesActors"] = "Actors",
                ["UsesActorTestKit"] = "Actors.TestKit",
                ["UsesTensors"] = "Torch",
            },
            ignoreOrder: true);
        Repository.SourceProjects.Single(project => project.Name is "Model").References.ShouldBe(["Federation", "Torch"]);
        Repository.SourceProjects.Single(project => project.Name is "Clustering").References
            .ShouldContain(name => name.Equals("Actors", StringComparison.Ordinal));
    }
}
