using System.IO.Enumeration;

namespace Cohort.Pbm.Predicting;

/// <summary>A file to look into: a picture, or a CSV of pixels.</summary>
/// <param name="Path">The file.</param>
/// <param name="Relative">The same below the folder that was named; of a file that was named itself, its name.</param>
internal sealed record PictureSource(string Path, string Relative)
{
    private static readonly string[] Pictures = [".png", ".jpg", ".jpeg"];

    /// <summary>True for FER2013's layouts.</summary>
    public bool IsCsv
        => Path.EndsWith(".csv", StringComparison.OrdinalIgnoreCase) || Path.EndsWith(".csv.gz", StringComparison.OrdinalIgnoreCase);

    /// <summary>Files as they were named, and in place of a folder all its pictures at any depth, sorted by path.</summary>
    /// <exception cref="CommandException">A folder cannot be read, or holds no picture.</exception>
    public static IReadOnlyList<PictureSource> In(IEnumerable<string> paths)
        => [.. paths.SelectMany(path => Directory.Exists(path) ? Below(path) : [new(path, System.IO.Path.GetFileName(path))])];

    private static List<PictureSource> Below(string folder)
    {
        try
        {
            // Linked folders are not entered: one that leads back up would have no end.
            var files = new FileSystemEnumerable<string>(
                folder, (ref entry) => entry.ToSpecifiedFullPath(), new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.Hidden })
            {
                ShouldIncludePredicate = (ref entry) => !entry.IsDirectory && IsPicture(entry.FileName),
                ShouldRecursePredicate = (ref entry) => !entry.Attributes.HasFlag(FileAttributes.ReparsePoint),
            };
            List<PictureSource> found =
                [.. files.Order(StringComparer.Ordinal).Select(path => new PictureSource(path, System.IO.Path.GetRelativePath(folder, path)))];
            return found.Count > 0
                ? found
                : throw new CommandException($"'{folder}' holds no picture; PNG and JPEG files at any depth are looked for.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"'{folder}' cannot be read ({e.Message.TrimEnd('.')}).");
        }
    }

    private static bool IsPicture(ReadOnlySpan<char> name)
    {
        foreach (var ending in Pictures)
        {
            if (name.EndsWith(ending, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
