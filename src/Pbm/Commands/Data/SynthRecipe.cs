using System.Globalization;
using Cohort.Model.Data;
using Cohort.Model.Data.Avatars;
using Cohort.Model.Data.Synthesis;
using Cohort.Model.Randomness;

namespace Cohort.Pbm.Commands;

/// <summary>Which pictures <c>pbm data synth</c> makes, one after the other, and how many of each kind.</summary>
/// <param name="Shape">Of every picture.</param>
/// <param name="Cells">How many there are and are made, by class and value.</param>
/// <param name="Pictures">The pictures, made when asked for.</param>
/// <param name="SourceOf">From a source's hash to its pixels; null where faces are drawn.</param>
/// <param name="StandingInTest">Pictures left alone because they are tested on.</param>
internal sealed record SynthRecipe(
    ImageShape Shape,
    IReadOnlyList<SynthCell> Cells,
    IEnumerable<MadePicture> Pictures,
    Func<string, byte[]>? SourceOf,
    int StandingInTest)
{
    private const string ByClass = "class";
    private const string ByGender = "gender";

    /// <summary>Faces per person, where nobody says how many persons.</summary>
    private const int FacesOfOne = 10;

    /// <summary>Faces to order: so many of each class, or what a data set lacks.</summary>
    public static SynthRecipe Drawing(SynthChoices choices)
    {
        var cells = choices.Like is { } place ? Lacking(DataSets.Load(DataLocation.Resolve(place, choices.Home)!), choices) : Ordered(choices);
        var wishes = cells.SelectMany(cell => Enumerable.Repeat(WishOf(cell, choices), cell.Made)).ToArray();
        SynthChoices.Refuse(wishes.Length == 0, "Nothing is missing, so that there is nothing to draw; give a larger --to.");

        // Whose turn it is goes by number: shuffled, everybody shows everything.
        KeyedRandom.For(choices.Seed, Purpose.Synthesise, 4).Permute<FaceWish>(wishes);
        var persons = choices.Persons ?? Math.Max(1, wishes.Length / FacesOfOne);
        var faces = new DrawnFaces(choices.Seed, choices.Gender is null ? (persons + 1) / 2 : persons);
        return new(ImageShape.Face, cells, wishes.Select((wish, number) => Draw(faces, number, wish, choices.Seed)), SourceOf: null, StandingInTest: 0);
    }

    /// <summary>Variations of recorded pictures: so many of each, or what the data lacks.</summary>
    public static SynthRecipe Varying(SynthChoices choices)
    {
        var data = DataSets.Load(DataLocation.Resolve(choices.Vary, choices.Home)!);
        var shape = data.Shape.Picture;
        SynthChoices.Refuse(
            shape.Channels != 1 || shape.Height != shape.Width,
            $"{data.Name} has pictures of {data.Shape}; only grey squares can be written as a folder of pictures.");
        var varied = new VariedPictures(data, choices.Seed, KindsOf(choices.Change));
        var labels = LabelsOf(choices.Classes, data.Classes);
        var train = data.Train;
        var cells = choices.Balance is null
            ? [.. labels.Select(label => new SynthCell(data.Classes[label], label, null, Count(label), SourcesOf(label, null).Length * (choices.Each ?? 1)))]
            : CellsOf(Shortage(data, choices), data.Classes, labels);
        SynthChoices.Refuse(
            cells.All(cell => cell.Made == 0),
            choices.Balance is null
                ? $"{data.Name} has no training picture of these classes that may be varied."
                : "Nothing is missing, so that there is nothing to make; give a larger --to.");
        if (cells.FirstOrDefault(cell => cell.Made > 0 && SourcesOf(cell.Label, cell.Value).Length == 0) is { } empty)
        {
            throw new CommandException(
                $"{data.Name} has no training picture of {empty.Class}{(empty.Value is null ? "" : $" with {choices.Balance} {empty.Value}")} that could be "
                + "varied; draw faces with --like, or leave it out with --class.");
        }

        var pictures = cells.SelectMany(cell => choices.Balance is null
            ? varied.OfEach(SourcesOf(cell.Label, null), choices.Each ?? 1)
            : cell.Made == 0 ? [] : varied.Spread(SourcesOf(cell.Label, cell.Value), cell.Made));
        var sources = new Lazy<Dictionary<string, int>>(
            () => PictureHash.OfAll(train).Index().DistinctBy(each => each.Item, StringComparer.Ordinal).ToDictionary(each => each.Item, each => each.Index, StringComparer.Ordinal));
        return new(shape, cells, pictures, PixelsOf, varied.StandingInTest);

        int[] SourcesOf(int label, string? value) =>
            [.. varied.Sources.Where(i => train.LabelOf(i) == label && (value is null || string.Equals(train.AttributeOf(i, choices.Balance!), value, StringComparison.Ordinal)))];

        int Count(int label) => Enumerable.Range(0, train.Count).Count(i => train.LabelOf(i) == label);

        byte[] PixelsOf(string hash)
        {
            var pixels = new byte[train.Shape.Length];
            train.CopySample(sources.Value[hash], pixels);
            return pixels;
        }
    }

    private static SynthCell[] Ordered(SynthChoices choices)
    {
        var parts = (choices.Classes ?? string.Join(',', EmotionClasses.Fer2013)).Split(',', StringSplitOptions.TrimEntries);
        var counted = parts.Count(part => part.Contains('=', StringComparison.Ordinal));
        SynthChoices.Refuse(
            counted > 0 && counted < parts.Length, "--class gives counts to some classes and none to others; give all of them one, or none.");
        SynthChoices.Refuse(counted > 0 && choices.Count is not null, "--class says how many of each, and --count how many in all; give one of the two.");
        SynthChoices.Refuse(counted == 0 && choices.Count is null, "How many faces? Give --count N, or --class happy=200,sad=50.");
        var cells = parts.Select((part, i) =>
        {
            var (name, number) = part.Split('=', 2) is [var named, var said] ? (named, NumberOf(said, part)) : (part, 0);
            var label = EmotionOf(name);
            return new SynthCell(
                EmotionClasses.Fer2013[label],
                label,
                null,
                0,
                counted > 0 ? number : (choices.Count!.Value / parts.Length) + (i < choices.Count.Value % parts.Length ? 1 : 0));
        }).ToArray();
        SynthChoices.Refuse(cells.DistinctBy(cell => cell.Label).Count() < cells.Length, "--class names a class twice.");
        return cells;
    }

    private static SynthCell[] Lacking(DataSet data, SynthChoices choices)
    {
        var labels = LabelsOf(choices.Classes, data.Classes);
        var cells = CellsOf(Shortage(data, choices), data.Classes, labels);
        if (cells.FirstOrDefault(cell => cell.Made > 0 && !EmotionClasses.TryLabel(cell.Class, out _)) is { } strange)
        {
            throw new CommandException(
                $"{data.Name} lacks pictures of {strange.Class}, which is no emotion that faces can be drawn with "
                + $"({string.Join(", ", EmotionClasses.Fer2013)}); vary recorded ones with --vary.");
        }

        return cells;
    }

    private static IReadOnlyList<Shortage> Shortage(DataSet data, SynthChoices choices)
    {
        var train = data.Train;
        if (string.Equals(choices.Balance, ByClass, StringComparison.Ordinal))
        {
            return Shortages.OfClasses(train, choices.To);
        }

        if (string.Equals(choices.Balance, Lighting.Attribute, StringComparison.Ordinal))
        {
            SynthChoices.Refuse(choices.Vary is not null, "Variations cannot be aimed at a light; draw faces with --like, or --vary with --change light.");
            return Shortages.OfValues(train, [.. Enum.GetValues<Light>().Select(light => light.Word())], i => Lighting.Of(train, i).Word(), choices.To);
        }

        var known = SampleAttribute.Read(train, choices.Balance!);
        if (choices.Vary is null)
        {
            SynthChoices.Refuse(
                !string.Equals(choices.Balance, ByGender, StringComparison.Ordinal),
                $"Faces are drawn by class, gender or light, not by {choices.Balance}; vary recorded ones with --vary.");
            SynthChoices.Refuse(
                !known.Values.All(value => Enum.TryParse<Gender>(value, ignoreCase: true, out _)),
                $"{data.Name} has gender {string.Join(", ", known.Values)}; faces are drawn as female or male. Vary recorded ones with --vary.");
        }

        return Shortages.OfValues(train, known.Values, i => known[i], choices.To);
    }

    private static SynthCell[] CellsOf(IReadOnlyList<Shortage> lacking, IReadOnlyList<string> classes, IReadOnlyList<int> labels) =>
        [.. lacking.Where(cell => labels.Contains(cell.Label))
            .Select(cell => new SynthCell(classes[cell.Label], cell.Label, cell.Value, cell.Have, cell.Missing))];

    private static FaceWish WishOf(SynthCell cell, SynthChoices choices)
    {
        EmotionClasses.TryLabel(cell.Class, out var emotion);
        var gender = string.Equals(choices.Balance, ByGender, StringComparison.Ordinal) ? Enum.Parse<Gender>(cell.Value!, ignoreCase: true) : choices.Gender;
        var light = string.Equals(choices.Balance, Lighting.Attribute, StringComparison.Ordinal) ? Enum.Parse<Light>(cell.Value!, ignoreCase: true) : choices.Light;
        return new(emotion, gender, light);
    }

    private static MadePicture Draw(DrawnFaces faces, int number, FaceWish wish, ulong seed)
    {
        var pixels = new byte[ImageShape.Face.Length];
        var drawn = faces.Draw(number, wish, pixels);
        var gender = drawn.Gender.ToString().ToLowerInvariant();
        var person = string.Create(CultureInfo.InvariantCulture, $"drawn-{seed}-{gender}-{drawn.Person}");
        return new(pixels, EmotionClasses.Fer2013[wish.Emotion], person, gender, drawn.Light, Source: "", Change: "");
    }

    private static IReadOnlyList<int> LabelsOf(string? names, IReadOnlyList<string> classes)
    {
        if (names is null)
        {
            return [.. Enumerable.Range(0, classes.Count)];
        }

        return [.. names.Split(',', StringSplitOptions.TrimEntries).Select(name =>
        {
            SynthChoices.Refuse(name.Contains('=', StringComparison.Ordinal), "--class takes counts only where faces are drawn by --class alone; give names.");
            var label = Enumerable.Range(0, classes.Count).FirstOrDefault(i => string.Equals(classes[i], name, StringComparison.OrdinalIgnoreCase), -1);
            return label >= 0 ? label : throw new CommandException($"There is no class '{name}'; there are {string.Join(", ", classes)}.");
        }).Distinct()];
    }

    private static int EmotionOf(string name) => EmotionClasses.TryLabel(name, out var label)
        ? label
        : throw new CommandException($"Faces cannot be drawn '{name}'; give some of {string.Join(", ", EmotionClasses.Fer2013)}.");

    private static int NumberOf(string said, string part) =>
        int.TryParse(said, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= 1_000_000
            ? number
            : throw new CommandException($"--class has '{part}'; give a whole number from 1 to 1,000,000 behind the =.");

    private static VariationKinds KindsOf(string? names)
    {
        if (names is null)
        {
            return VariationKinds.All;
        }

        return names.Split(',', StringSplitOptions.TrimEntries).Aggregate(VariationKinds.None, (kinds, name) => kinds | (name.ToLowerInvariant() switch
        {
            "geometry" => VariationKinds.Geometry,
            "light" => VariationKinds.Light,
            "disturbance" => VariationKinds.Disturbance,
            _ => throw new CommandException($"--change has '{name}'; give some of geometry, light, disturbance."),
        }));
    }
}

/// <summary>Pictures of one class, and of one value of the balanced attribute.</summary>
internal sealed record SynthCell(string Class, int Label, string? Value, int Have, int Made);

/// <summary>Keeps the first few pictures that pass by, for a contact sheet: a row per class, or per varied source.</summary>
internal sealed class SheetSample
{
    private const int MostRows = 10;
    private const int MostColumns = 10;

    private readonly Dictionary<string, List<byte[]>> _rows = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _captions = new(StringComparer.Ordinal);

    public MadePicture Seen(MadePicture picture)
    {
        var key = picture.IsSynthetic ? picture.Class : picture.Source;
        if (!_rows.TryGetValue(key, out var row) && _rows.Count < MostRows)
        {
            _rows.Add(key, row = []);
            _captions.Add(key, picture.Class);
        }

        if (row is { Count: < MostColumns })
        {
            row.Add(picture.Pixels);
        }

        return picture;
    }

    /// <summary>The rows; where pictures were varied, each begins with its source.</summary>
    public IReadOnlyList<(string Caption, IReadOnlyList<byte[]> Pictures)> Rows(Func<string, byte[]>? sourceOf) =>
        [.. _rows.Select(row => (_captions[row.Key], (IReadOnlyList<byte[]>)(sourceOf is null ? row.Value : [sourceOf(row.Key), .. row.Value])))];
}
