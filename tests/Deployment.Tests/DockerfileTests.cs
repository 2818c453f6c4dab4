using System.Text.RegularExpressions;

namespace Cohort.Deployment.Tests;

/// <summary>No Docker engine runs where Cohort is built, so the file is read, and what it calls is run without it.</summary>
public sealed partial class DockerfileTests
{
    private static readonly Dockerfile File = Dockerfile.Read("deploy/Dockerfile");

    public static TheoryData<string> Images => ["broker", "seed", "node", "node-gpu"];

    [Fact]
    public void Everything_that_is_copied_is_there_and_not_ignored()
    {
        foreach (var copy in CopiesFromTheCheckout())
        {
            foreach (var source in copy.Sources)
            {
                (System.IO.File.Exists(Checkout.PathOf(source)) || Directory.Exists(Checkout.PathOf(source)))
                    .ShouldBeTrue($"COPY {source}: there is no such file");
                IgnoreFile.Read().Ignores(source).ShouldBeFalse($"COPY {source}: .dockerignore leaves it out");
            }
        }
    }

    [Fact]
    public void What_is_copied_between_stages_comes_from_stages_or_contexts_that_exist()
    {
        var known = File.Stages.Select(stage => stage.Name).Append("libtorch").ToHashSet(StringComparer.Ordinal);
        File.Stages.SelectMany(stage => stage.Instructions).Where(one => one.Name is "COPY").Select(one => one.CopiesFrom)
            .OfType<string>().ShouldAllBe(from => known.Contains(from));
    }

    [Fact]
    public void Every_script_that_is_run_was_copied_before_and_can_be_executed()
    {
        foreach (var stage in File.Stages)
        {
            var copied = new List<string>();
            foreach (var instruction in File.InstructionsOf(stage.Name))
            {
                if (instruction.Name is "COPY" && instruction.CopiesFrom is null)
                    copied.AddRange(instruction.Sources);
                if (instruction.Name is not ("RUN" or "ENTRYPOINT"))
                    continue;
                foreach (var script in Script().Matches(string.Join(' ', instruction.Words)).Select(match => match.Value))
                {
                    copied.ShouldContain(source => source == "." || script.StartsWith(source, StringComparison.Ordinal),
                        $"{stage.Name} runs {script}");
                    (System.IO.File.GetUnixFileMode(Checkout.PathOf(script)) & UnixFileMode.UserExecute)
                        .ShouldNotBe(UnixFileMode.None, script);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Images))]
    public void No_image_runs_as_root(string image) =>
        File.InstructionsOf(image).Last(instruction => instruction.Name is "USER").Words.ShouldBe(["cohort"]);

    [Theory]
    [InlineData("secrets/operator-token")]
    [InlineData("artifacts/cluster/secrets/operator-token")]
    [InlineData(".env")]
    [InlineData(".git/config")]
    [InlineData("src/Model/obj/project.assets.json")]
    public void What_is_secret_or_built_here_reaches_no_image(string path) => IgnoreFile.Read().Ignores(path).ShouldBeTrue();

    private static IEnumerable<Instruction> CopiesFromTheCheckout() =>
        File.Stages.SelectMany(stage => stage.Instructions).Where(one => one.Name is "COPY" && one.CopiesFrom is null);

    [GeneratedRegex(@"scripts/[\w/.-]+\.sh", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Script();
}
