using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Cohort.Federation;
using Cohort.Model.Data;
using Cohort.Model.Data.Texts;
using Cohort.Model.Training;

namespace Cohort.Model.Files;

/// <summary>Name and shape of one tensor of a network; its values stand in <see cref="ModelFile.Parameters"/>.</summary>
/// <param name="Name">The name in the network's state dictionary.</param>
/// <param name="Shape">Its dimensions, row-major.</param>
public sealed record TensorLayout(string Name, IReadOnlyList<int> Shape)
{
    /// <summary>Number of elements.</summary>
    public int Length => Shape.Aggregate(1, (product, dimension) => checked(product * dimension));

    public bool Equals(TensorLayout? other) =>
        other is not null && string.Equals(Name, other.Name, StringComparison.Ordinal) && Shape.SequenceEqual(other.Shape);

    public override int GetHashCode() => HashCode.Combine(Name, Length);
}

/// <summary>
/// A model with all that is needed to use it. Neither a clock's time nor a run's id is in it, so that its hash is a function
/// of seed, plan and data (docs/design.md, Sameness).
/// </summary>
public sealed record ModelFile
{
    /// <summary>What <see cref="Epsilon"/> says where nothing bounds it: without noise.</summary>
    public const string NotAccounted = "not accounted";

    /// <summary>What <see cref="Epsilon"/> says where the noise follows from the plan.</summary>
    public const string SeededNoise = "seeded noise, which protects nobody";

    public const string Extension = ".safetensors";

    internal const string Format = "cohort-model-1";
    private const string StateKey = "serverState";
    private const string ControlKey = "control";
    private const string CentralKey = "central";

    public required string Network { get; init; }

    /// <summary>Class names in the order of the network's outputs.</summary>
    public required IReadOnlyList<string> Classes { get; init; }

    /// <summary>Tensors in the order in which <see cref="Parameters"/> holds them.</summary>
    public required IReadOnlyList<TensorLayout> Tensors { get; init; }

    /// <summary>All tensors' values, one after the other.</summary>
    public required float[] Parameters { get; init; }

    /// <summary>The round, or the epoch of central training, that made it; 0 for the first model, which nobody has trained.</summary>
    public int Round { get; init; }

    /// <summary>The model it was trained from.</summary>
    public ModelHash? Parent { get; init; }

    /// <summary>Name of the plan that trained it.</summary>
    public string Plan { get; init; } = "";

    /// <summary>
    /// Privacy spent by the releases that it descends from, as <see cref="EpsilonText"/> writes it; or why there is no such number.
    /// </summary>
    public string Epsilon { get; init; } = NotAccounted;

    /// <summary>SHA-256 of what the server remembers beside it; null for one without memory.</summary>
    public ModelHash? ServerState { get; init; }

    /// <summary>SHA-256 of the control variate that goes to students with it, as float32; null where there is none.</summary>
    public ModelHash? Control { get; init; }

    /// <summary>True if it was trained with all samples in one place.</summary>
    public bool IsCentral { get; init; }

    /// <summary>The pictures that it takes; of no meaning where it takes texts.</summary>
    public ImageShape Picture { get; init; } = ImageShape.Face;

    /// <summary>Pixels reach the network as (pixel / 255 - mean) / deviation.</summary>
    public double PixelMean { get; init; } = 0.5;

    /// <inheritdoc cref="PixelMean"/>
    public double PixelDeviation { get; init; } = 0.5;

    /// <summary>How texts reach the network; null where it takes pictures.</summary>
    public TextEncoding? Text { get; init; }

    /// <summary>From a sample's bytes to the network's input.</summary>
    public IInputEncoding Encoding => Text as IInputEncoding ?? new PixelScale(PixelMean, PixelDeviation);

    /// <summary>The samples that it takes.</summary>
    public SampleShape Samples => Text is null ? Picture : TextShape.Default;

    /// <summary>What the network sees of one.</summary>
    public SampleShape Input => Encoding.InputOf(Samples)!;

    /// <summary>Epsilon rounded up to four decimals, with its delta.</summary>
    public static string EpsilonText(double epsilon, double delta)
        => FormattableString.Invariant($"{Math.Ceiling(epsilon * 1e4) / 1e4:0.####} at delta {delta:G}");

    /// <summary>The hash that this model's file has.</summary>
    public ModelHash Hash => ModelHash.Of(Header(), MemoryMarshal.AsBytes<float>(Parameters));

    /// <summary>This model, with what its server remembers beside it.</summary>
    public ModelFile With(ServerState state) => state.IsEmpty ? this : this with
    {
        ServerState = ModelHash.Of(ServerStateFile.Write(state)),
        Control = state.Control is { } control ? ModelHash.Of(MemoryMarshal.AsBytes<float>(control)) : null,
    };

    /// <summary>What <see cref="Control"/> a model's header names.</summary>
    /// <param name="header">A file's bytes before its parameters.</param>
    /// <param name="parameterBytes">How many bytes those are.</param>
    /// <exception cref="ModelFileException">The bytes are no header of such a model.</exception>
    public static ModelHash? ControlOf(ReadOnlySpan<byte> header, int parameterBytes)
    {
        const string source = "a model's header";
        var read = SafeTensors.Read(header, parameterBytes, source);
        return read.Text(ControlKey) is null ? null : new FileMetadata(read, source, Format, "model").Hash(ControlKey);
    }

    /// <summary>Reads a model; where the file's name is a hash, its bytes must have that hash.</summary>
    /// <exception cref="ModelFileException">The file is absent, damaged, or holds no model.</exception>
    public static ModelFile Read(string path)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelFileException($"{path}: the model file cannot be read ({e.Message.TrimEnd('.')}).", e);
        }
        if (ModelHash.TryParse(Path.GetFileNameWithoutExtension(path), out var expected) && ModelHash.Of(bytes) is var found &&
            found != expected)
            throw new ModelFileException($"{path}: the file was changed or damaged: its SHA-256 is {found}, and its name says " +
                $"{expected}; take it from a copy, or delete it.");
        return Parse(bytes, path);
    }

    /// <param name="bytes">A whole file.</param>
    /// <param name="source">What errors call it.</param>
    /// <exception cref="ModelFileException">The bytes are no model.</exception>
    public static ModelFile Parse(byte[] bytes, string source)
    {
        using var stream = new MemoryStream(bytes, writable: false);
        var header = SafeTensors.Read(stream, source);
        var metadata = new FileMetadata(header, source, Format, "model");
        if (header.Tensors.FirstOrDefault(t => t.Type != TensorType.F32) is { } other)
            throw new ModelFileException($"{source}: tensor \"{other.Name}\" is of type {other.Type}, and a model's tensors " +
                "are F32.");
        return new ModelFile
        {
            Network = metadata.Text("network"),
            Classes = metadata.Texts("classes"),
            Tensors = [.. header.Tensors.Select(t => new TensorLayout(t.Name, t.Shape))],
            Parameters = MemoryMarshal.Cast<byte, float>(bytes.AsSpan((int)header.DataStart)).ToArray(),
            Round = metadata.Whole("round"),
            Parent = metadata.Hash("parent"),
            Plan = metadata.Text("plan"),
            Epsilon = metadata.Text("epsilon"),
            ServerState = header.Text(StateKey) is null ? null : metadata.Hash(StateKey),
            Control = header.Text(ControlKey) is null ? null : metadata.Hash(ControlKey),
            IsCentral = header.Text(CentralKey) is not null && metadata.Flag(CentralKey),
        }.WithInput(header, metadata);
    }

    // A header says how texts become tokens, or how pixels become numbers.
    private ModelFile WithInput(SafeTensors header, FileMetadata metadata) => header.Text(TextKeys.Buckets) is null
        ? this with
        {
            Picture = new ImageShape(metadata.Whole("channels"), metadata.Whole("height"), metadata.Whole("width")),
            PixelMean = metadata.Number("pixelMean"),
            PixelDeviation = metadata.Number("pixelDeviation"),
        }
        : this with
        {
            Text = new TextEncoding
            {
                Buckets = metadata.Whole(TextKeys.Buckets, 1, TextEncoding.LargestBuckets),
                MostTokens = metadata.Whole(TextKeys.MostTokens, 4, TextEncoding.LargestTokens),
                WordGrams = metadata.Whole(TextKeys.WordGrams, 1, TextEncoding.LargestRun),
                LeastCharacters = metadata.Whole(TextKeys.LeastCharacters, 0, TextEncoding.LargestRun),
                MostCharacters = metadata.Whole(TextKeys.MostCharacters, 0, TextEncoding.LargestRun),
            },
        };

    private IEnumerable<KeyValuePair<string, string>> InputTexts() => Text is { } text
        ?
        [
            Whole(TextKeys.Buckets, text.Buckets),
            Whole(TextKeys.MostTokens, text.MostTokens),
            Whole(TextKeys.WordGrams, text.WordGrams),
            Whole(TextKeys.LeastCharacters, text.LeastCharacters),
            Whole(TextKeys.MostCharacters, text.MostCharacters),
        ]
        :
        [
            Whole("channels", Picture.Channels),
            Whole("height", Picture.Height),
            Whole("width", Picture.Width),
            new("pixelMean", PixelMean.ToString("R", CultureInfo.InvariantCulture)),
            new("pixelDeviation", PixelDeviation.ToString("R", CultureInfo.InvariantCulture)),
        ];

    private static KeyValuePair<string, string> Whole(string key, int value)
        => new(key, value.ToString(CultureInfo.InvariantCulture));

    private static class TextKeys
    {
        public const string Buckets = "textBuckets";
        public const string MostTokens = "textMostTokens";
        public const string WordGrams = "textWordGrams";
        public const string LeastCharacters = "textLeastCharacters";
        public const string MostCharacters = "textMostCharacters";
    }

    /// <summary>The whole file.</summary>
    public byte[] ToBytes() => [.. Header(), .. MemoryMarshal.AsBytes<float>(Parameters)];

    /// <summary>The file's bytes before the parameters.</summary>
    public byte[] Header()
    {
        var length = Tensors.Sum(t => (long)t.Length);
        if (length != Parameters.Length)
            throw new ArgumentException($"The model's tensors hold {length} values, but {Parameters.Length} parameters are " +
                "given.");
        return SafeTensors.Header(
            [
                new("format", Format),
                new("network", Network),
                new("classes", JsonSerializer.Serialize(Classes)),
                new("round", Round.ToString(CultureInfo.InvariantCulture)),
                new("parent", Parent?.ToString() ?? ""),
                new("plan", Plan),
                new("epsilon", Epsilon),
                .. InputTexts(),
                .. ServerState is { } state ? [new(StateKey, state.ToString())] : Array.Empty<KeyValuePair<string, string>>(),
                .. IsCentral ? [new(CentralKey, "true")] : Array.Empty<KeyValuePair<string, string>>(),
                .. Control is { } control ? [new(ControlKey, control.ToString())] : Array.Empty<KeyValuePair<string, string>>(),
            ],
            Tensors.Select(t => (t.Name, TensorType.F32, t.Shape)));
    }
}
