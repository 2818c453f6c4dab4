namespace Cohort.Model.Data;

/// <summary>
/// Opens data files, gzipped or not, and turns what goes wrong inside them into <see cref="DataFormatException"/>.
/// </summary>
internal static class SourceFile
{
    private const int BufferSize = 1 << 18;

    /// <summary>Deflate cannot expand more than this; a header that promises more than the file could hold is a lie.</summary>
    public const int LargestExpansion = 1032;

    public static bool IsGzip(string path) => path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);

    /// <summary>The content, decompressed where the name ends in .gz.</summary>
    public static Stream OpenRead(string path)
    {
        if (!File.Exists(path))
            throw new DataFormatException($"There is no file '{path}'.");
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, BufferSize, FileOptions.SequentialScan);
        return IsGzip(path) ? new CheckedGzipStream(file) : file;
    }

    /// <summary>Runs a reader; damage to the compressed stream becomes a sentence that names the file.</summary>
    public static T Read<T>(string path, Func<Stream, T> reader)
    {
        try
        {
            using Stream stream = OpenRead(path);
            return reader(stream);
        }
        catch (InvalidDataException damage)
        {
            throw new DataFormatException(
                $"'{path}' is damaged or cut short: {damage.Message.TrimEnd('.')}. Copy or download it again.", damage);
        }
        catch (EndOfStreamException end)
        {
            throw new DataFormatException($"'{path}' ends before its content is complete. Copy or download it again.", end);
        }
    }
}
