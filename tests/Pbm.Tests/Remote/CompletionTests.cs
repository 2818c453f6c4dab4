using System.Diagnostics;
using Cohort.Pbm.Tests.Processes;

namespace Cohort.Pbm.Tests.Remote;

/// <summary>Completion in a real bash, as a press of TAB asks for it.</summary>
public sealed class CompletionTests : IDisposable
{
    private readonly Workplace _place = new();

    public void Dispose() => _place.Dispose();

    [Theory]
    [InlineData("pbm mod", "model")]
    [InlineData("pbm round st", "start status stop")]
    [InlineData("pbm round start --w", "--wait")]
    [InlineData("pbm --nothing cluster dr", "drain")]
    [InlineData("pbm model get 3f9a --out", "--output")]
    [InlineData("pbm completion ", "bash zsh fish --help")]
    [InlineData("pbm run plans/qu", "")]
    public void Bash_completes_commands_and_options(string line, string expected)
    {
        _place.Write("pbm.bash", _place.Does("completion", "bash"));
        var words = string.Join(' ', line.Split(' ').Select(word => $"'{word}'"));
        var press = $$"""
            set -u
            source pbm.bash
            COMP_WORDS=({{words}}); COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            _pbm
            echo "${COMPREPLY[*]}"
            """;
        var start = new ProcessStartInfo("bash", ["--norc", "-c", press])
        {
            UseShellExecute = false,
            WorkingDirectory = _place.Folder,
            RedirectStandardOutput = true,
        };
        using var bash = Process.Start(start)!;
        bash.StandardOutput.ReadToEnd().Trim().ShouldBe(expected);
        bash.WaitForExit(PbmProcess.Patience).ShouldBeTrue();
        bash.ExitCode.ShouldBe(0);
    }
}
