using System.Diagnostics;

namespace Cohort.Model.Tests.Export;

/// <summary>Programs of others that read what we export: tests/Readers, from npm.</summary>
internal static class Readers
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Runs one of them, which must succeed; the test is skipped where npm could not install them.</summary>
    /// <returns>What it printed.</returns>
    public static string Run(string script, string argument)
    {
        var folder = Folder();
        Skip.IfNot(
            Directory.Exists(Path.Combine(folder, "node_modules")),
            "tests/Readers has no node_modules: npm, or its registry, could not be reached by scripts/install.sh tests.");
        var start = new ProcessStartInfo("node", [Path.Combine(folder, script), argument])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(Patience))
        {
            process.Kill();
            throw new TimeoutException($"{script} does not end.");
        }

        process.ExitCode.ShouldBe(0, error.Result);
        return output.Result;
    }

    private static string Folder()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Cluster.sln")))
            folder = folder.Parent;
        return Path.Combine(folder!.FullName, "tests", "Readers");
    }
}
