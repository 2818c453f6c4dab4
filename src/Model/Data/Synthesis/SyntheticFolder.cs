using System.Globalization;
using Cohort.Model.Files;

namespace Cohort.Model.Data.Synthesis;

/// <summary>
/// Made pictures as a folder that can be added to the training half of a data set: CLASS/NUMBER.png and labels.csv, which says of every
/// picture that it is made and of what. It appears whole or not at all.
/// </summary>
public static class SyntheticFolder
{
    private const string Head = "image,emotion,person,gender,light,split,synthetic,derivedFrom,change";

    /// <summary>Refuses a place where a folder cannot be written, before anything is drawn.</summary>
    /// <exception cref="StorageException">Something lies there already.</exception>
    public static void RequireFree(string folder)
    {
        if (File.Exists(folder) || (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any()))
        {
            throw new StorageException(
                $"{folder}: something lies there already; name a folder that does not exist, or is empty.", new IOException("it exists"));
        }
    }

    /// <summary>Writes all pictures.</summary>
    /// <param name="folder">Does not exist, or is empty.</param>
    /// <param name="side">Width and height of every picture.</param>
    /// <param name="pictures">What to write.</param>
    /// <returns>How many were written.</returns>
    /// <exception cref="StorageException">The folder cannot be written; nothing half-written is left under its name.</exception>
    public static int Write(string folder, int side, IEnumerable<MadePicture> pictures)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        RequireFree(folder);
        string target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        string part = target + DurableFile.PartSuffix;
        try
        {
            if (Directory.Exists(part))
                Directory.Delete(part, recursive: true);
            int count = WriteInto(part, side, pictures);
            if (Directory.Exists(target))
                Directory.Delete(target); // it is empty
            Directory.Move(part, target);
            return count;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (Directory.Exists(part))
                Directory.Delete(part, recursive: true);
            throw new StorageException(
                $"{folder}: the pictures cannot be written ({e.Message.TrimEnd('.')}); name another folder.", e);
        }
    }

    private static int WriteInto(string folder, int side, IEnumerable<MadePicture> pictures)
    {
        Directory.CreateDirectory(folder);
        using var labels = new StreamWriter(Path.Combine(folder, "labels.csv")) { NewLine = "\n" };
        labels.WriteLine(Head);
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        int count = 0;
        foreach (MadePicture picture in pictures)
        {
            int number = counts[picture.Class] = counts.GetValueOrDefault(picture.Class) + 1;
            if (number == 1)
                Directory.CreateDirectory(Path.Combine(folder, picture.Class));
            string image = string.Create(CultureInfo.InvariantCulture, $"{picture.Class}/{number:D5}.png");
            File.WriteAllBytes(Path.Combine(folder, image), Vision.EncodePng(picture.Pixels, side, side));
            labels.WriteLine(string.Join(
                ',',
                image,
                picture.Class,
                picture.Person,
                picture.Gender,
                picture.Light.Word(),
                "train",
                picture.IsSynthetic ? "true" : "false",
                picture.Source,
                picture.Change));
            count++;
        }

        return count;
    }
}
