using System.Diagnostics;

namespace Cohort.Deployment.Tests;

/// <summary>What a script printed, and how it ended.</summary>
internal sealed record Script(int ExitCode, string Output, string Error)
{
    /// <summary>Runs a script of this checkout to its end.</summary>
    /// <param name="path">From the checkout's root.</param>
    /// <param name="arguments">As on a command line.</param>
    /// <exception cref="TimeoutException">It took longer than three minutes; it was ended.</exception>
    public static Task<Script> RunAsync(string path, params string[] arguments) =>
        OfCommandAsync("bash", [Checkout.PathOf(path), .. arguments]);

    /// <summary>Runs any command, in the checkout's root.</summary>
    /// <inheritdoc cref="RunAsync"/>
    public static async Task<Script> OfCommandAsync(string command, params string[] arguments)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        using var process = Process.Start(new ProcessStartInfo(command, arguments)
        {
            WorkingDirectory = Checkout.Root,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(timeout.Token);
            var error = process.StandardError.ReadToEndAsync(timeout.Token);
            await process.WaitForExitAsync(timeout.Token);
            return new Script(process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException exception)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{command} {string.Join(' ', arguments)} took longer than three minutes.", exception);
        }
    }

    /// <exception cref="InvalidOperationException">It did not end with 0; the message holds what it printed.</exception>
    public Script Succeeded() =>
        ExitCode == 0 ? this : throw new InvalidOperationException($"Exit code {ExitCode}:\n{Output}\n{Error}");
}
