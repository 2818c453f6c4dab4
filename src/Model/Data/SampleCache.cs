using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Cohort.Model.Files;

namespace Cohort.Model.Data;

/// <summary>
/// Data sets that were read once, as <see cref="SampleFile"/>s in a folder: what takes long to parse or to decode is read at the speed of the
/// disk from then on. A file's name has the SHA-256 of all that it was read from and that of its samples, so that it is used only for
/// sources that are the same byte for byte, and only if it holds what was read from them. May be used by several processes at once.
/// </summary>
/// <param name="folder">Where the files lie; made when there is something to keep.</param>
/// <param name="mostBytes">What all of them take together; the ones unused for longest go first.</param>
public sealed class SampleCache(string folder, long mostBytes = SampleCache.DefaultBytes)
{
    public const long DefaultBytes = 2L << 30;

    // To be raised when a reader gives other samples for the same bytes.
    private const int ReaderVersion = 1;

    private const int KeyLength = 64;

    public string Folder { get; } = folder;

    /// <summary>Reads a data set in any layout we know: what was kept of it, or else the source, which is then kept.</summary>
    /// <param name="path">As for <see cref="DataSets.Load"/>.</param>
    /// <exception cref="DataFormatException">There is nothing usable at the path.</exception>
    public DataSet Load(string path)
    {
        if (SourcesOf(path) is not { } sources)
        {
            return DataSets.Load(path); // its reader is as fast as ours
        }

        var key = KeyOf(path, sources);
        if (Kept(key) is { } kept)
        {
            return kept;
        }

        var data = DataSets.Load(path);
        Keep(key, data);
        return data;
    }

    /// <summary>The files that a data set is read from, in order; null where keeping it would gain nothing.</summary>
    private static string[]? SourcesOf(string path)
    {
        if (SampleFile.LooksLike(path))
        {
            return null;
        }

        if (File.Exists(path))
        {
            return [path];
        }

        if (!Directory.Exists(path) || IdxFiles.AreIn(path))
        {
            return null;
        }

        if (DataSets.FerFileIn(path) is { } fer)
        {
            return [fer];
        }

        if (!ImageFolder.IsAt(path))
        {
            return null;
        }

        string[] files = [.. Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories)]; // pictures, and what says of which class they are
        Array.Sort(files, StringComparer.Ordinal);
        return files;
    }

    private static string KeyOf(string path, string[] sources)
    {
        try
        {
            var digests = new byte[sources.Length][];
            Parallel.For(0, sources.Length, i =>
            {
                using var file = File.OpenRead(sources[i]);
                digests[i] = SHA256.HashData(file);
            });

            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            Append(hash, $"cohort-samples {ReaderVersion}");
            Append(hash, Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)))); // it names the set
            foreach (var (source, digest) in sources.Zip(digests))
            {
                Append(hash, Path.GetRelativePath(path, source));
                hash.AppendData(digest);
            }

            return Convert.ToHexStringLower(hash.GetHashAndReset());
        }
        catch (AggregateException several) when (several.InnerException is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, several.InnerException);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, e);
        }
    }

    private static DataFormatException Unreadable(string path, Exception e)
        => new($"{path}: the data cannot be read ({e.Message.TrimEnd('.')}).", e);

    // With its length before it, so that no two lists of texts run into the same bytes.
    private static void Append(IncrementalHash hash, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        hash.AppendData(length);
        hash.AppendData(bytes);
    }

    private DataSet? Kept(string key)
    {
        try
        {
            foreach (var path in Directory.Exists(Folder) ? Directory.GetFiles(Folder, $"{key}-*{SampleFile.Extension}") : [])
            {
                if (Checked(path) is { } data)
                {
                    File.SetLastWriteTimeUtc(path, DateTime.UtcNow); // for whoever looks for the one unused for longest
                    return data;
                }

                File.Delete(path); // damaged: it is read from its source, and kept again
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A folder that cannot be used is as good as an empty one.
        }

        return null;
    }

    private static DataSet? Checked(string path)
    {
        try
        {
            var data = SampleFile.Read(path);
            var digest = Path.GetFileNameWithoutExtension(path)[(KeyLength + 1)..];
            return string.Equals(data.Digest, digest, StringComparison.Ordinal) ? data : null;
        }
        catch (DataFormatException)
        {
            return null;
        }
    }

    private void Keep(string key, DataSet data)
    {
        try
        {
            Directory.CreateDirectory(Folder);
            SampleFile.Write(Path.Combine(Folder, $"{key}-{data.Digest}{SampleFile.Extension}"), data);
            Shrink();
        }
        catch (Exception e) when (e is StorageException or IOException or UnauthorizedAccessException)
        {
            // The data is there; only the next start is slow again.
        }
    }

    private void Shrink()
    {
        var newestFirst = new DirectoryInfo(Folder).GetFiles("*" + SampleFile.Extension).OrderByDescending(file => file.LastWriteTimeUtc);
        var total = 0L;
        foreach (var file in newestFirst)
        {
            total += file.Length;
            if (total > mostBytes)
            {
                file.Delete();
            }
        }
    }
}
