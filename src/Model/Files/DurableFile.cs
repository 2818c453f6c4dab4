using System.Runtime.InteropServices;

namespace Cohort.Model.Files;

/// <summary>
/// Puts files on disk whole or not at all: written beside their place, flushed to the device, renamed, and the rename flushed.
/// </summary>
public static partial class DurableFile
{
    /// <summary>Ends the names of files that are being written.</summary>
    public const string PartSuffix = ".part";

    private const int NoSpaceLeft = 28; // ENOSPC
    private const int QuotaExceeded = 122; // EDQUOT
    private const int ReadOnly = 0x80000; // O_RDONLY | O_CLOEXEC

    /// <param name="path">Where the file shall stand.</param>
    /// <param name="write">Writes its bytes.</param>
    /// <param name="create">Opens the part file; null for the disk.</param>
    /// <exception cref="StorageException">It could not be written; the file that stood there before still does.</exception>
    public static void Write(string path, Action<Stream> write, Func<string, Stream>? create = null)
    {
        var part = path + PartSuffix;
        try
        {
            using (var stream = (create ?? Create)(part))
            {
                write(stream);
                if (stream is FileStream file)
                    file.Flush(flushToDisk: true);
                else
                    stream.Flush();
            }
            File.Move(part, path, overwrite: true);
            FlushDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException)
        {
            // .NET tells EFBIG, a file larger than the disk or a limit allows, as an ArgumentOutOfRangeException.
            Forget(part);
            throw new StorageException($"{path}: the file cannot be stored: {Reason(e)}. Nothing half-written is left; " +
                "run the same command again once that is mended.", e);
        }
    }

    private static FileStream Create(string path) => new(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);

    private static string Reason(Exception e) => (e.HResult & 0xFFFF) is NoSpaceLeft or QuotaExceeded
        ? "no space is left on the disk"
        : e.Message.TrimEnd('.');

    private static void Forget(string part)
    {
        try
        {
            File.Delete(part);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What stopped the writing is the error to tell; a part file is never taken for a whole one.
        }
    }

    // A rename is only durable once its directory is (fsync(2)); .NET opens no directories, so the C library does.
    private static void FlushDirectory(string directory)
    {
        if (OperatingSystem.IsWindows())
            return;
        var descriptor = Open(directory, ReadOnly);
        if (descriptor < 0)
            throw new IOException($"the folder {directory} cannot be opened: {Marshal.GetLastPInvokeErrorMessage()}");
        var flushed = Fsync(descriptor);
        var reason = Marshal.GetLastPInvokeErrorMessage();
        _ = Close(descriptor);
        if (flushed != 0)
            throw new IOException($"the folder {directory} cannot be flushed: {reason}");
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Fsync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Close(int descriptor);
}
