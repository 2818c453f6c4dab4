using System.ComponentModel;
using System.Diagnostics;

namespace Cohort.Device.Music;

/// <summary>A program of this machine that plays a file or URL and ends with it.</summary>
/// <param name="Path">The program.</param>
/// <param name="Arguments">What stands before the file.</param>
/// <param name="TakesEverything">False for one that plays WAV files alone.</param>
public sealed record MusicPlayer(string Path, IReadOnlyList<string> Arguments, bool TakesEverything)
{
    // In the order of how well they do here; xdg-open last, since it opens a window and does not wait.
    private static readonly (string Name, string[] Arguments, bool TakesEverything)[] Known =
    [
        ("mpv", ["--no-video", "--really-quiet", "--"], true),
        ("ffplay", ["-nodisp", "-autoexit", "-loglevel", "error", "-i"], true),
        ("paplay", ["--"], false),
        ("aplay", ["-q", "--"], false),
        ("afplay", [], true),
        ("xdg-open", [], true),
    ];

    /// <summary>The players of this machine, the best first.</summary>
    /// <param name="searchPath">PATH.</param>
    public static IReadOnlyList<MusicPlayer> Find(string? searchPath)
    {
        var folders = (searchPath ?? "").Split(System.IO.Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return [.. Known
            .Select(player => (Player: player, Found: folders.Select(folder => System.IO.Path.Combine(folder, player.Name)).FirstOrDefault(File.Exists)))
            .Where(each => each.Found is not null)
            .Select(each => new MusicPlayer(each.Found!, each.Player.Arguments, each.Player.TakesEverything))];
    }

    /// <summary>True if it can play such a file.</summary>
    public bool CanPlay(string location) => TakesEverything || location.EndsWith(".wav", StringComparison.OrdinalIgnoreCase);

    /// <summary>Plays to the end.</summary>
    /// <exception cref="DeviceException">The player fails.</exception>
    public async Task Play(string location, CancellationToken stop)
    {
        var start = new ProcessStartInfo(Path, [.. Arguments, location]) { UseShellExecute = false };
        try
        {
            using var playing = Process.Start(start)!;
            try
            {
                await playing.WaitForExitAsync(stop);
            }
            catch (OperationCanceledException)
            {
                playing.Kill(entireProcessTree: true);
                throw;
            }

            if (playing.ExitCode != 0)
            {
                throw new DeviceException($"{System.IO.Path.GetFileName(Path)} ended with {playing.ExitCode} on {location}.");
            }
        }
        catch (Win32Exception e)
        {
            throw new DeviceException($"{Path} cannot be started ({e.Message.TrimEnd('.')}).", e);
        }
    }
}
