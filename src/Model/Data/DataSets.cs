using Cohort.Model.Data.Texts;
using Cohort.Model.Files;

namespace Cohort.Model.Data;

/// <summary>Reads a data set in any layout we know.</summary>
public static class DataSets
{
    private static readonly string[] _ferFiles = ["fer2013.csv", "fer2013.csv.gz"];

    /// <summary>Finds out the layout from the path and reads it.</summary>
    /// <param name="path">
    /// A FER2013 file (.csv or .csv.gz) or a folder with one, a folder of idx files, an image folder, texts (<see cref="TextFiles"/>), or
    /// a <see cref="SampleFile"/>.
    /// </param>
    /// <param name="splitSeed">Decides what is held out for testing where the data does not say.</param>
    /// <param name="ownClasses">Keeps GoEmotions' 28 classes, instead of taking them to ours.</param>
    /// <exception cref="DataFormatException">There is nothing at the path, it is in no known layout, or it is
    /// damaged.</exception>
    public static DataSet Load(string path, ulong splitSeed = 0, bool ownClasses = false)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        if (SampleFile.LooksLike(path))
            return SampleFile.Read(path);
        if (File.Exists(path))
            return Fer2013Csv.LooksLike(path) ? Fer2013Csv.Read(path)
                : TextFiles.IsAt(path) ? TextFiles.Read(path, splitSeed, ownClasses)
                : throw Unknown($"The file '{path}'");
        if (!Directory.Exists(path))
            throw new DataFormatException($"There is no file or folder '{path}'.");
        if (IdxFiles.AreIn(path))
            return IdxFiles.Read(path);
        if (FerFileIn(path) is { } fer)
            return Fer2013Csv.Read(fer);
        if (TextFiles.IsAt(path))
            return TextFiles.Read(path, splitSeed, ownClasses);
        if (ImageFolder.IsAt(path))
            return ImageFolder.Read(path, splitSeed);
        throw Unknown(Directory.EnumerateFileSystemEntries(path).Any() ? $"The folder '{path}'" : $"The empty folder '{path}'");
    }

    /// <summary>The FER2013 file in a folder; null where there is none.</summary>
    internal static string? FerFileIn(string folder) => _ferFiles.Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    private static DataFormatException Unknown(string what) => new(
        what + " is no data set that can be read: expected a FER2013 file (.csv or .csv.gz with the columns emotion, pixels, "
        + "Usage), a folder of idx files (train-images-idx3-ubyte and so on), a folder of PNG or JPEG pictures by class "
        + "(train/CLASS and test/CLASS, or CLASS), or texts: a .csv with the columns text and emotion, a .txt of lines text;emotion, "
        + "a .tsv of GoEmotions, or a folder with two of them called train and test.");
}
