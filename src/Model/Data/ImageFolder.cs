using Cohort.Model.Randomness;

namespace Cohort.Model.Data;

/// <summary>
/// Pictures in folders by class, PNG or JPEG of any size, grey or colour, read as 48x48 grey (<see cref="Vision.Decode(string,
/// int, Span{byte})"/>). Either train/CLASS/* and test/CLASS/*, or CLASS/* with an optional labels.csv (columns image, emotion,
/// person, split, and others as attributes; only the pictures it lists are read), or CLASS/* alone, of which a fifth of every class is held out for
/// testing. Folders that are all named for emotions ("happy", "Happiness") become FER2013's classes; others are sorted by name.
/// </summary>
public static class ImageFolder
{
    private const string LabelsFile = "labels.csv";

    private static readonly string[] _endings = [".png", ".jpg", ".jpeg"];

    /// <summary>Whether the folder has class folders with pictures, or train and test.</summary>
    public static bool IsAt(string folder) =>
        Directory.Exists(Path.Combine(folder, "train"))
        || File.Exists(Path.Combine(folder, LabelsFile))
        || ClassFolders(folder).Any(path => PicturesIn(path).Any());

    /// <summary>Reads all pictures; several threads decode, and the order is that of the sorted paths.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="splitSeed">Decides what is held out where the folder does not say.</param>
    /// <param name="testFraction">The share of each class that is held out where the folder does not say.</param>
    /// <exception cref="DataFormatException">The folder or a picture cannot be read; the message names it.</exception>
    public static DataSet Read(string folder, ulong splitSeed = 0, double testFraction = 0.2)
    {
        if (!Directory.Exists(folder))
            throw new DataFormatException($"There is no folder '{folder}'.");
        if (!(testFraction > 0 && testFraction < 1))
            throw new ArgumentException($"The share of samples to test on must lie between 0 and 1, got {testFraction}.");

        bool isSplit = Directory.Exists(Path.Combine(folder, "train"));
        List<Picture> pictures = List(
            folder, () => isSplit ? [.. ListClasses(folder, "train", isTest: false), .. ListClasses(folder, "test", isTest: true)] : null);
        ClassNames classes = ClassNames.Of(folder, pictures.Where(p => p.IsTest != true).Select(p => p.Class));
        HashSet<string> heldOut = HoldOut(pictures, splitSeed, testFraction);
        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        Dictionary<string, int> persons = NumberPersons(pictures);
        var data = new DataSet(name, Half(isTest: false), Half(isTest: true), IsSynthetic: false);
        MadeSamples.Refuse(data, folder);
        return data;

        ImageArray Half(bool isTest)
        {
            Picture[] half = [.. pictures.Where(p => (p.IsTest ?? heldOut.Contains(p.Path)) == isTest)];
            if (half.Length == 0)
                throw new DataFormatException($"'{folder}' holds zero samples to {(isTest ? "test" : "train")} on.");
            return Load(folder, half, classes, persons);
        }
    }

    /// <summary>
    /// Reads a folder of training pictures alone, which are to be added to those of a data set: train/CLASS/*, or CLASS/* with or without
    /// a labels.csv.
    /// </summary>
    /// <exception cref="DataFormatException">The folder or a picture cannot be read, or labels.csv lists a picture to test on.</exception>
    public static ISampleSet ReadTraining(string folder)
    {
        if (!Directory.Exists(folder))
            throw new DataFormatException($"There is no folder '{folder}' of training pictures to add.");
        bool isSplit = Directory.Exists(Path.Combine(folder, "train"));
        List<Picture> pictures = List(folder, () => isSplit ? ListClasses(folder, "train", isTest: false) : null);
        bool holdsTest = (isSplit && Directory.Exists(Path.Combine(folder, "test"))) || pictures.Exists(p => p.IsTest == true);
        if (holdsTest)
        {
            throw new DataFormatException(
                $"'{folder}' holds test pictures too; only training pictures can be added to a data set, whose test half stays as it is.");
        }

        return Load(folder, [.. pictures], ClassNames.Of(folder, pictures.Select(p => p.Class)), NumberPersons(pictures));
    }

    private static List<Picture> List(string folder, Func<List<Picture>?> split)
    {
        List<Picture> pictures = split()
            ?? (File.Exists(Path.Combine(folder, LabelsFile))
                ? ImageLabels.Read(folder, LabelsFile)
                : ListClasses(folder, "", isTest: null));
        pictures.Sort((a, b) => string.CompareOrdinal(a.Path, b.Path));
        return pictures;
    }

    private static ImageArray Load(string folder, Picture[] pictures, ClassNames classes, Dictionary<string, int> persons)
    {
        byte[] labels = [.. pictures.Select(classes.LabelOf)];
        int[]? numbers = persons.Count == 0 ? null : [.. pictures.Select(p => p.Person.Length == 0 ? -1 : persons[p.Person])];
        SampleAttribute[] attributes = [.. pictures[0].Attributes.Select((attribute, column) =>
            SampleAttribute.Of(attribute.Name, [.. pictures.Select(p => p.Attributes[column].Value)]))];
        return new ImageArray(ImageShape.Face, classes.Names, Decode(folder, pictures), labels, numbers, attributes);
    }

    private static List<Picture> ListClasses(string folder, string half, bool? isTest)
    {
        string root = Path.Combine(folder, half);
        if (!Directory.Exists(root))
            throw new DataFormatException($"'{folder}' has a folder train, but no folder {half}.");

        var pictures = new List<Picture>();
        foreach (string classFolder in ClassFolders(root))
        {
            int before = pictures.Count;
            pictures.AddRange(PicturesIn(classFolder).Select(path =>
                new Picture(Path.GetRelativePath(folder, path), Path.GetFileName(classFolder), "", isTest)));
            if (pictures.Count == before)
                throw new DataFormatException($"The class folder '{classFolder}' holds no PNG or JPEG picture.");
        }

        if (pictures.Count == 0)
            throw new DataFormatException($"'{root}' is empty: expected one folder per class with PNG or JPEG pictures.");
        return pictures;
    }

    private static IEnumerable<string> ClassFolders(string root) =>
        Directory.EnumerateDirectories(root).Where(path => !Path.GetFileName(path).StartsWith('.'));

    private static IEnumerable<string> PicturesIn(string folder) => Directory.EnumerateFiles(folder)
        .Where(path => _endings.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase));

    // Class by class, so that rare classes are tested too. What was made is never tested on.
    private static HashSet<string> HoldOut(List<Picture> pictures, ulong seed, double fraction)
    {
        var heldOut = new HashSet<string>(StringComparer.Ordinal);
        var groups = pictures.Where(p => p.IsTest is null && !p.Origin.IsMade).GroupBy(p => p.Class, StringComparer.Ordinal)
            .OrderBy(g => g.Key, StringComparer.Ordinal);
        foreach ((int index, IGrouping<string, Picture> group) in groups.Index())
        {
            string[] paths = [.. group.Select(p => p.Path)];
            KeyedRandom.For(seed, Purpose.Split, index).Permute<string>(paths);
            heldOut.UnionWith(paths.Take((int)Math.Round(paths.Length * fraction)));
        }

        return heldOut;
    }

    private static Dictionary<string, int> NumberPersons(List<Picture> pictures) => pictures
        .Select(p => p.Person).Where(p => p.Length > 0).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
        .Index().ToDictionary(p => p.Item, p => p.Index, StringComparer.Ordinal);

    private static byte[] Decode(string folder, Picture[] pictures)
    {
        int length = ImageShape.Face.Length;
        byte[] pixels = new byte[checked(pictures.Length * length)];
        var problems = new DataFormatException?[pictures.Length];

        // Break lets all earlier pictures finish, so the first bad one in order is the one reported.
        ParallelLoopResult result = Parallel.For(0, pictures.Length, (i, loop) =>
        {
            try
            {
                string path = Path.Combine(folder, pictures[i].Path);
                Vision.Decode(path, ImageShape.Face.Width, pixels.AsSpan(i * length, length));
            }
            catch (DataFormatException problem)
            {
                problems[i] = problem;
                loop.Break();
            }
        });
        if (result.LowestBreakIteration is long first)
            throw problems[first]!;
        return pixels;
    }

    /// <summary>One picture to read: its path below the folder; IsTest is null where the folder does not say.</summary>
    internal sealed record Picture(string Path, string Class, string Person, bool? IsTest)
    {
        /// <summary>What labels.csv says beyond that, the person included; the same names for all pictures of a folder.</summary>
        public IReadOnlyList<(string Name, string Value)> Attributes { get; init; } = [];

        public SampleOrigin Origin =>
            SampleOrigin.Of(ValueOf(SampleOrigin.SyntheticAttribute), ValueOf(SampleOrigin.SourceAttribute));

        private string? ValueOf(string attribute) =>
            Attributes.FirstOrDefault(known => string.Equals(known.Name, attribute, StringComparison.Ordinal)).Value;
    }

    private sealed record ClassNames(string Folder, IReadOnlyList<string> Names, Dictionary<string, byte> Labels)
    {
        public static ClassNames Of(string folder, IEnumerable<string> found)
        {
            string[] names = [.. found.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
            if (names.All(name => EmotionClasses.TryLabel(name, out _)))
                return new ClassNames(folder, EmotionClasses.Fer2013, []);
            if (names.Length > byte.MaxValue)
                throw new DataFormatException($"'{folder}' holds {names.Length} classes, at most {byte.MaxValue} can be read.");
            Dictionary<string, byte> labels = names.Index().ToDictionary(n => n.Item, n => (byte)n.Index, StringComparer.Ordinal);
            return new ClassNames(folder, names, labels);
        }

        public byte LabelOf(Picture picture)
        {
            if (Labels.Count == 0 && EmotionClasses.TryLabel(picture.Class, out int emotion))
                return (byte)emotion;
            return Labels.TryGetValue(picture.Class, out byte label) ? label : throw new DataFormatException(
                $"'{System.IO.Path.Combine(Folder, picture.Path)}' is of the unknown class '{picture.Class}'; "
                + $"expected one of {string.Join(", ", Names)}.");
        }
    }
}
