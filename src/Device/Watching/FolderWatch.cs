using System.Runtime.CompilerServices;

namespace Cohort.Device.Watching;

/// <summary>
/// Tells of pictures as they appear in a folder. The system's notices only say when to look; a look every few seconds finds what they miss, as
/// on network drives.
/// </summary>
public static class FolderWatch
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(100);

    /// <param name="folder">Must be there.</param>
    /// <param name="once">Ends when everything that is there has been told of; else it goes on until it is stopped.</param>
    /// <param name="isPicture">True for bytes that can be decoded.</param>
    /// <param name="time">Says how long a file has been as it is.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="DeviceException">There is no such folder, or it is gone.</exception>
    public static async IAsyncEnumerable<SeenPicture> Pictures(
        string folder, bool once, Func<byte[], bool> isPicture, TimeProvider time, [EnumeratorCancellation] CancellationToken stop)
    {
        if (!Directory.Exists(folder))
        {
            throw new DeviceException($"There is no folder '{folder}' to watch.");
        }

        using var changed = new SemaphoreSlim(1);
        using var notices = Notices(folder, changed);
        var scan = new FolderScan(folder, time, isPicture);
        while (true)
        {
            await changed.WaitAsync(scan.IsWaiting ? Soon : Poll, stop);
            foreach (var picture in scan.Look())
            {
                yield return picture;
            }

            if (once && !scan.IsWaiting)
            {
                yield break;
            }
        }
    }

    /// <summary>Where the system has no notices left to give, looking now and then is all there is.</summary>
    private static FileSystemWatcher? Notices(string folder, SemaphoreSlim changed)
    {
        void Wake(object sender, EventArgs what)
        {
            try
            {
                if (changed.CurrentCount == 0)
                {
                    changed.Release();
                }
            }
            catch (ObjectDisposedException)
            {
                // A notice that came when nobody watches any more.
            }
        }

        try
        {
            var watcher = new FileSystemWatcher(folder) { NotifyFilter = NotifyFilters.FileName | NotifyFilters.Size | NotifyFilters.LastWrite };
            watcher.Created += Wake;
            watcher.Changed += Wake;
            watcher.Renamed += Wake;
            watcher.EnableRaisingEvents = true;
            return watcher;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
