using System.Text;

namespace Cohort.Model.Data;

/// <summary>Which rows of FER2013 to test on.</summary>
public enum FerTest
{
    /// <summary>PublicTest, or PrivateTest where there are no PublicTest rows.</summary>
    PublicElsePrivate,

    /// <summary>PrivateTest, the half that the challenge of 2013 was decided on.</summary>
    Private,
}

/// <summary>
/// The CSV file of FER2013 (Goodfellow et al. 2013), plain or .gz: columns emotion (0 to 6), pixels (2304 numbers, row by row)
/// and Usage (Training, PublicTest, PrivateTest), in any order.
/// </summary>
public static class Fer2013Csv
{
    /// <summary>Reads the Training rows and the chosen test rows.</summary>
    /// <exception cref="DataFormatException">A row or the file is not in this format; the message names the line.</exception>
    public static DataSet Read(string path, FerTest testRows = FerTest.PublicElsePrivate)
    {
        ArgumentNullException.ThrowIfNull(path);
        FerRows rows = SourceFile.Read(path, stream => FerRows.Parse(stream, path));
        if (rows.Training.Count == 0)
            throw new DataFormatException($"'{path}' holds zero samples to train on: no row has Usage Training.");

        bool usePrivate = testRows == FerTest.Private || rows.PublicTest.Count == 0;
        FerRows.Samples test = usePrivate ? rows.PrivateTest : rows.PublicTest;
        if (test.Count == 0)
        {
            string wanted = testRows == FerTest.Private ? "PrivateTest" : "PublicTest or PrivateTest";
            throw new DataFormatException($"'{path}' holds zero samples to test on: no row has Usage {wanted}.");
        }

        return new DataSet(NameOf(path), rows.Training.ToImages(), test.ToImages(), IsSynthetic: false);
    }

    /// <summary>All rows of a file that has at least the column pixels, as the challenge's unlabelled test.csv, in file order.</summary>
    /// <param name="path">The file, plain or .gz.</param>
    /// <param name="labelled">Whether it has the column emotion; otherwise the labels mean nothing.</param>
    /// <exception cref="DataFormatException">A row or the file is not in this format; the message names the line.</exception>
    public static ImageArray ReadPixels(string path, out bool labelled)
    {
        ArgumentNullException.ThrowIfNull(path);
        FerRows rows = SourceFile.Read(path, stream => FerRows.Parse(stream, path, pixelsSuffice: true));
        labelled = rows.HasEmotions;
        return rows.Unsplit.ToImages();
    }

    /// <summary>Whether the first line of the file names FER2013's columns.</summary>
    internal static bool LooksLike(string path)
    {
        byte[] start = new byte[64];
        int length = SourceFile.Read(path, stream => stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false));
        string firstLine = Encoding.Latin1.GetString(start.AsSpan(0, length)).Split('\n')[0];
        return firstLine.Contains("emotion", StringComparison.OrdinalIgnoreCase)
            && firstLine.Contains("pixels", StringComparison.OrdinalIgnoreCase);
    }

    private static string NameOf(string path)
    {
        string name = Path.GetFileName(path);
        return name[..name.IndexOf('.', StringComparison.Ordinal)];
    }
}
