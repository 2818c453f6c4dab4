using System.Text.RegularExpressions;

namespace Cohort.Architecture.Tests;

/// <summary>
/// Sources compile on either engine because they never name one: its namespaces come from the global usings that
/// Directory.Build.props chooses (docs/design.md, Engines).
/// </summary>
public partial class SourceTextTests
{
    private static readonly string[] Written =
    [
        ".cs", ".csproj", ".props", ".targets", ".sln", ".proto", ".cpp", ".h", ".txt", ".cmake", ".sh", ".json", ".md", ".yml",
        ".yaml", ".py", ".ts", ".tsx",
    ];

    [Fact]
    public void Cluster_sources_never_name_an_actor_engine()
    {
        var sources = Repository.SourceProjects
            .Where(project => project.Name.StartsWith("Cluster", StringComparison.Ordinal))
            .SelectMany(project => Repository.SourceFiles(project.Folder, ".cs"));
        Findings(sources, ActorEngine()).ShouldBeEmpty();
    }

    [Fact]
    public void Model_sources_never_name_a_tensor_engine() =>
        Findings(Repository.SourceFiles("src/Model", ".cs"), TensorEngine()).ShouldBeEmpty();

    /// <summary>docs/cluster.md, Clocks: what waits, waits for a span of a monotonic clock.</summary>
    [Theory]
    [InlineData("src/Clustering")]
    [InlineData("src/Clustering.RabbitMq")]
    [InlineData("src/Cluster.Nodes")]
    [InlineData("src/Cluster.Nodes.Host")]
    [InlineData("src/Cluster.Seed/Coordination")]
    public void Nothing_that_waits_in_the_cluster_reads_the_wall_clock(string folder)
    {
        var files = Repository.SourceFiles(folder, ".cs").ToList();
        files.ShouldNotBeEmpty();
        Findings(files, WallClock()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("var now = DateTime.UtcNow;", true)]
    [InlineData("DateTimeOffset.Now + patience", true)]
    [InlineData("_time.GetUtcNow()", true)]
    [InlineData("_time.GetTimestamp()", false)]
    [InlineData("Stopwatch.GetElapsedTime(since)", false)]
    public void Reading_the_wall_clock_is_recognised(string line, bool reads) => WallClock().IsMatch(line).ShouldBe(reads);

    [Fact]
    public void No_source_file_names_a_folder_of_the_machine_it_was_written_on()
    {
        var checkout = new Regex(Regex.Escape(Repository.Root), RegexOptions.CultureInvariant, TimeSpan.FromSeconds(10));
        var files = Repository.SourceFiles("", Written).ToList();
        files.Count.ShouldBeGreaterThan(50);
        Findings(files, MachineFolder()).ShouldBeEmpty();
        Findings(files, checkout).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("using Cohort.Actors;", true)]
    [InlineData("Akka.Actor.Props props", true)]
    [InlineData("using Akka;", true)]
    [InlineData("/// As in Akka.NET 1.5.", false)]
    [InlineData("namespace Cohort.ActorsOfTheMission;", false)]
    public void An_actor_engine_is_recognised_by_its_namespace(string line, bool named) =>
        ActorEngine().IsMatch(line).ShouldBe(named);

    [Theory]
    [InlineData("using static Cohort.Torch.torch.nn;", true)]
    [InlineData("TorchSharp.torch.Tensor x", true)]
    [InlineData("using TorchSharp;", true)]
    [InlineData("// TorchSharp's parameter names differ", false)]
    [InlineData("torch.nn.Module<Tensor, Tensor>", false)]
    public void A_tensor_engine_is_recognised_by_its_namespace(string line, bool named) =>
        TensorEngine().IsMatch(line).ShouldBe(named);

    [Theory]
    [InlineData("\"{0}home{0}someone{0}cohort\"", true)]
    [InlineData("cd {0}root{0}x", true)]
    [InlineData("C:{1}Users{1}x", true)]
    [InlineData("\"{0}usr{0}bin{0}chromium\"", false)]
    [InlineData("$(Root){0}home{0}x", false)]
    [InlineData("src{0}work{0}x", false)]
    public void A_machine_folder_is_recognised_by_its_beginning(string line, bool named) =>
        MachineFolder().IsMatch(string.Format(line, '/', '\\')).ShouldBe(named);

    private static List<string> Findings(IEnumerable<(string Path, string Text)> files, Regex pattern) =>
    [
        .. from file in files
           from match in pattern.Matches(file.Text)
           let line = 1 + file.Text.AsSpan(0, match.Index).Count('\n')
           select $"{file.Path}:{line} names {match.Value}",
    ];

    [GeneratedRegex(@"\bCohort\.Actors\b|\bAkka\.(?!NET\b)\w+|\busing\s+Akka\b", RegexOptions.CultureInvariant, 10_000)]
    private static partial Regex ActorEngine();

    [GeneratedRegex(
        @"\bCohort\.Torch\b|\bTorchSharp\.\w+|\busing\s+(?:static\s+)?TorchSharp\b", RegexOptions.CultureInvariant, 10_000)]
    private static partial Regex TensorEngine();

    [GeneratedRegex(
        @"\bDateTime(?:Offset)?\.(?:Utc)?Now\b|\bDateTime\.Today\b|\bGet(?:Utc|Local)Now\b", RegexOptions.CultureInvariant, 10_000)]
    private static partial Regex WallClock();

    // The folders in which people and build machines keep their checkouts.
    [GeneratedRegex(
        @"(?<![\w.)}\]*/])/(?:home|root|Users|work|workspace|workspaces|builds)/\w|\b[A-Za-z]:\\+Users\\",
        RegexOptions.CultureInvariant, 10_000)]
    private static partial Regex MachineFolder();
}
