using Cohort.Model.Randomness;

namespace Cohort.Model.Data.Texts;

/// <summary>
/// Data sets of texts: a file, or a folder with a file train and one to test on (test, else dev, val or validation), each .csv, .txt or
/// .tsv, plain or .gz. Of a single file a fifth of every class is held out for testing. Labels that are all emotions ("joy", "Anger")
/// become our classes; others are sorted by name.
/// </summary>
public static class TextFiles
{
    private static readonly string[] Endings = [".csv", ".txt", ".tsv", ".csv.gz", ".txt.gz", ".tsv.gz"];
    private static readonly string[] TestNames = ["test", "dev", "val", "validation"];

    /// <summary>Whether a file's name, or a folder's content, is that of such a set.</summary>
    public static bool IsAt(string path) => File.Exists(path) ? EndingOf(path) is not null : Find(path, "train") is not null;

    /// <param name="path">The file or folder.</param>
    /// <param name="splitSeed">Decides what is held out of a single file.</param>
    /// <param name="ownClasses">Keeps GoEmotions' 28 classes, instead of taking them to ours.</param>
    /// <param name="testFraction">The share of each class that is held out of a single file.</param>
    /// <exception cref="DataFormatException">A file cannot be read; the message names it, and the line.</exception>
    public static DataSet Read(string path, ulong splitSeed = 0, bool ownClasses = false, double testFraction = 0.2)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (File.Exists(path))
        {
            var (rows, leftOut) = ReadFile(path, ownClasses);
            bool[] isTest = HoldOut(rows, splitSeed, testFraction);
            return Assemble(
                path, path, [.. rows.Where((_, i) => !isTest[i])], path, [.. rows.Where((_, i) => isTest[i])], leftOut);
        }

        string train = Find(path, "train") ?? throw new DataFormatException($"'{path}' has no file train.csv, train.txt or train.tsv.");
        string test = TestNames.Select(name => Find(path, name)).FirstOrDefault(found => found is not null)
            ?? throw new DataFormatException(
                $"'{path}' has {Path.GetFileName(train)}, and no file to test on; add one called test, dev, val or validation.");
        var (trained, leftOutOfTrain) = ReadFile(train, ownClasses);
        var (tested, leftOutOfTest) = ReadFile(test, ownClasses);
        return Assemble(path, train, trained, test, tested, leftOutOfTrain + leftOutOfTest);
    }

    private static DataSet Assemble(string path, string train, List<TextRow> trained, string test, List<TextRow> tested, int leftOut)
    {
        string[] found = [.. trained.Select(row => row.Label).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        if (found.Length < 2)
        {
            throw new DataFormatException(found.Length == 0
                ? $"'{train}' holds zero texts to train on."
                : $"'{train}' holds texts of the one class {found[0]}, of which nothing can be learnt; give texts of two classes or more.");
        }

        if (tested.Count == 0)
            throw new DataFormatException($"'{test}' holds zero texts to test on.");
        if (found.Length > byte.MaxValue)
            throw new DataFormatException($"'{train}' holds {found.Length} classes, at most {byte.MaxValue} can be read.");

        bool areEmotions = found.All(name => EmotionClasses.TryLabel(name, out _));
        IReadOnlyList<string> classes = areEmotions ? EmotionClasses.Fer2013 : found;
        return new DataSet(NameOf(path), Half(train, trained), Half(test, tested), IsSynthetic: false)
        {
            LeftOut = leftOut == 0 ? "" : $"{leftOut} texts of several emotions were left out.",
        };

        TextArray Half(string file, List<TextRow> rows)
            => new(classes, [.. rows.Select(row => row.Text)], [.. rows.Select(row => LabelOf(file, row))]);

        byte LabelOf(string file, TextRow row)
        {
            int label = areEmotions && EmotionClasses.TryLabel(row.Label, out int emotion)
                ? emotion
                : Array.IndexOf(found, row.Label);
            return label >= 0 && (!areEmotions || EmotionClasses.TryLabel(row.Label, out _)) ? (byte)label : throw new DataFormatException(
                $"'{file}': line {row.Line} is of the unknown class '{row.Label}'; expected one of {string.Join(", ", classes)}.");
        }
    }

    private static (List<TextRow> Rows, int LeftOut) ReadFile(string path, bool ownClasses) => EndingOf(path)!.Split('.')[1] switch
    {
        "csv" => (EmotionCsv.Read(path), 0),
        "txt" => (EmotionLines.Read(path), 0),
        _ => GoEmotions.Read(path, ownClasses),
    };

    // Class by class, so that rare classes are tested too.
    private static bool[] HoldOut(List<TextRow> rows, ulong seed, double fraction)
    {
        bool[] isTest = new bool[rows.Count];
        var byClass = Enumerable.Range(0, rows.Count).GroupBy(i => rows[i].Label, StringComparer.Ordinal)
            .OrderBy(group => group.Key, StringComparer.Ordinal);
        foreach ((int index, IGrouping<string, int> group) in byClass.Index())
        {
            int[] members = [.. group];
            KeyedRandom.For(seed, Purpose.Split, index).Permute<int>(members);
            foreach (int member in members.Take((int)Math.Round(members.Length * fraction)))
                isTest[member] = true;
        }

        return isTest;
    }

    private static string? Find(string folder, string name)
        => Endings.Select(ending => Path.Combine(folder, name + ending)).FirstOrDefault(File.Exists);

    private static string? EndingOf(string path)
        => Array.Find(Endings, ending => path.EndsWith(ending, StringComparison.OrdinalIgnoreCase));

    private static string NameOf(string path)
    {
        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)));
        return EndingOf(name) is { } ending ? name[..^ending.Length] : name;
    }
}
