namespace Cohort.Specs;

/// <summary>The wall clock of a member that is started under it, as libfaketime (Debian's package faketime) shows it. Its monotonic
/// clock goes on undisturbed, as it does when the clock of a machine is set.</summary>
internal sealed class FakeClock : IAsyncDisposable
{
    private const string Library = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1";

    private readonly string _folder = Directory.CreateTempSubdirectory("cohort-clock-").FullName;

    public FakeClock(string offset) => Jump(offset);

    public static DateTime Today => TimeProvider.System.GetUtcNow().UtcDateTime.Date;

    /// <summary>As <c>env</c> takes them.</summary>
    public IReadOnlyList<string> Settings
        => File.Exists(Library)
            ?
            [
                $"LD_PRELOAD={Library}", $"FAKETIME_TIMESTAMP_FILE={Offset}", "FAKETIME_NO_CACHE=1", "FAKETIME_DONT_FAKE_MONOTONIC=1",
                "DONT_FAKE_MONOTONIC=1", "FAKETIME_DONT_RESET=1",
            ]
            : throw new InvalidOperationException($"There is no {Library}; call scripts/install.sh tests.");

    private string Offset => Path.Combine(_folder, "offset");

    /// <summary>Sets the clock to so much before or after the real time: +30d, -2h.</summary>
    public void Jump(string offset)
    {
        var next = Offset + ".next"; // the file is read at any moment
        File.WriteAllText(next, offset + "\n");
        File.Move(next, Offset, overwrite: true);
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }
}
