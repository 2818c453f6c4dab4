using Cohort.Device.Store;

namespace Cohort.Device.Watching;

/// <summary>A picture file that has appeared; Problem says why it cannot be used, and is null for one that can.</summary>
/// <param name="Path">The file.</param>
/// <param name="Content">Its bytes; empty where there is a problem.</param>
/// <param name="Problem">A clause: "it is no PNG or JPEG".</param>
public sealed record SeenPicture(string Path, byte[] Content, string? Problem);

/// <summary>
/// Looks at a folder again and again, and tells of every picture once: when it is whole, or when it stays bad. A file that is still being
/// written changes its size or time between two looks, or lacks its end; one that is changed later is told of again. Not for two threads.
/// </summary>
/// <param name="folder">Its PNG and JPEG files count, not those of folders in it.</param>
/// <param name="time">Says how long a file has been as it is.</param>
/// <param name="isPicture">True for bytes that can be decoded.</param>
public sealed class FolderScan(string folder, TimeProvider time, Func<byte[], bool> isPicture)
{
    /// <summary>A file that was not changed for so long may be whole.</summary>
    public static readonly TimeSpan Settled = TimeSpan.FromMilliseconds(300);

    /// <summary>A file that was not changed for so long will not get better.</summary>
    public static readonly TimeSpan GivenUp = TimeSpan.FromSeconds(5);

    private static readonly string[] Endings = [".png", ".jpg", ".jpeg"];

    private readonly Dictionary<string, Known> _known = new(StringComparer.Ordinal);

    /// <summary>True if a file was seen that is not told of yet: look again soon.</summary>
    public bool IsWaiting => _known.Values.Any(each => !each.IsTold);

    /// <returns>What is new, in the order of the names.</returns>
    /// <exception cref="DeviceException">The folder is gone.</exception>
    public IReadOnlyList<SeenPicture> Look()
    {
        var (now, there) = (time.GetTimestamp(), Files());
        foreach (var gone in _known.Keys.Where(path => !there.ContainsKey(path)).ToList())
        {
            _known.Remove(gone);
        }

        var seen = new List<SeenPicture>();
        foreach (var (path, state) in there)
        {
            if (!_known.TryGetValue(path, out var known) || known.State != state)
            {
                _known[path] = known = new(state, now);
            }

            if (!known.IsTold && time.GetElapsedTime(known.Since, now) is var age && age >= Settled && Read(path, state, age >= GivenUp) is { } picture)
            {
                known.IsTold = true;
                seen.Add(picture);
            }
        }

        return seen;
    }

    /// <returns>Null while there is hope that the file gets better.</returns>
    private SeenPicture? Read(string path, FileState state, bool isLast)
    {
        if (state.Length > StudentStore.LargestPicture)
        {
            return isLast ? new(path, [], $"it has {state.Length} bytes, more than the {StudentStore.LargestPicture} that a picture may have") : null;
        }

        try
        {
            var bytes = File.ReadAllBytes(path);
            return bytes.Length == state.Length && HasEnd(bytes) && isPicture(bytes) ? new(path, bytes, null)
                : !isLast ? null
                : isPicture(bytes) ? new(path, bytes, null)
                : new(path, [], bytes.Length == 0 ? "it is empty" : "it is no PNG or JPEG, or damaged");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return isLast ? new(path, [], $"it cannot be read ({e.Message.TrimEnd('.')})") : null;
        }
    }

    // The last chunk of a PNG, or the end-of-image marker of a JPEG. Decoders fill up what is missing with grey.
    private static bool HasEnd(ReadOnlySpan<byte> file) => file.IndexOf("IEND"u8) >= 0 || file.LastIndexOf<byte>([0xFF, 0xD9]) > 0;

    private SortedDictionary<string, FileState> Files()
    {
        try
        {
            var files = new SortedDictionary<string, FileState>(StringComparer.Ordinal);
            foreach (var file in new DirectoryInfo(folder).GetFiles().Where(file => Endings.Contains(file.Extension, StringComparer.OrdinalIgnoreCase)))
            {
                if (file.Exists)
                {
                    files[file.FullName] = new(file.Length, file.LastWriteTimeUtc);
                }
            }

            return files;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DeviceException($"{folder}: the folder cannot be looked into ({e.Message.TrimEnd('.')}).", e);
        }
    }

    private readonly record struct FileState(long Length, DateTime Written);

    private sealed class Known(FileState state, long since)
    {
        public FileState State { get; } = state;

        public long Since { get; } = since;

        public bool IsTold { get; set; }
    }
}
