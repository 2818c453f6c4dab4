using System.Globalization;
using Cohort.Model.Data;
using Cohort.Model.Files;

namespace Cohort.Pbm.Commands;

/// <summary>A data set's contact sheet: a row per person where pictures are drawn, else a picture of each class.</summary>
internal static class DataSheet
{
    private const int Rows = 10;

    /// <exception cref="CommandException">The file cannot be written; what stood there before still does.</exception>
    public static void Save(string path, DataSet data)
        => Write(path, part => ContactSheet.Save(part, data.Train, data.IsSynthetic ? ByPerson(data.Train) : ByNumber(data.Train)));

    /// <summary>A sheet of rows of pictures.</summary>
    /// <exception cref="CommandException">The file cannot be written; what stood there before still does.</exception>
    public static void Save(string path, ImageShape shape, IReadOnlyList<(string Caption, IReadOnlyList<byte[]> Pictures)> rows)
        => Write(path, part => ContactSheet.SaveRows(part, shape, rows));

    private static void Write(string path, Action<string> save)
    {
        var part = path + DurableFile.PartSuffix;
        try
        {
            save(part);
            File.Move(part, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (File.Exists(part))
            {
                File.Delete(part);
            }

            throw new CommandException(
                $"{path}: the contact sheet cannot be written ({e.Message.TrimEnd('.')}); name another file.");
        }
    }

    private static IReadOnlyList<(string Caption, IReadOnlyList<int> Samples)> ByPerson(ISampleSet set)
        => [.. Enumerable.Range(0, set.Count)
            .GroupBy(set.PersonOf)
            .Take(Rows)
            .Select(person => (Text(person.Key), (IReadOnlyList<int>)[.. person]))];

    private static IReadOnlyList<(string Caption, IReadOnlyList<int> Samples)> ByNumber(ISampleSet set)
    {
        var byClass = Enumerable.Range(0, set.Count).GroupBy(set.LabelOf).Select(label => label.Take(Rows).ToArray()).ToArray();
        return [.. Enumerable.Range(0, byClass.Max(samples => samples.Length))
            .Select(row => (
                Text(row + 1),
                (IReadOnlyList<int>)[.. byClass.Where(samples => row < samples.Length).Select(samples => samples[row])]))];
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
