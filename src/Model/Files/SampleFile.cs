using System.Runtime.InteropServices;
using System.Text.Json;
using Cohort.Model.Data;
using Cohort.Model.Data.Texts;

namespace Cohort.Model.Files;

/// <summary>
/// A data set as one safetensors file, which is read at the speed of the disk: for each half, <c>train</c> and <c>test</c>, U8
/// <c>pixels</c> [count, channels, height, width], or U8 <c>texts</c>, UTF-8 end to end, and I32 <c>ends</c> [count] of where each ends in
/// it; U8 <c>labels</c> [count], and I32 <c>persons</c> [count], -1 where unknown. Where
/// pictures have attributes, the metadata's <c>attributes</c> lists their names, <c>attribute.NAME</c> its values, and I32
/// <c>attribute.NAME</c> [count] is a half's indices into these, -1 where unknown.
/// </summary>
public static class SampleFile
{
    public const string Extension = ".safetensors";

    private const string Format = "cohort-samples-1";
    private const string Attributes = "attributes";

    /// <summary>Whether the path names a file of this kind.</summary>
    public static bool LooksLike(string path) =>
        path.EndsWith(Extension, StringComparison.OrdinalIgnoreCase) && File.Exists(path);

    /// <exception cref="StorageException">The file could not be stored; nothing half-written is left.</exception>
    public static void Write(string path, DataSet data)
    {
        var attributes = AttributesOf(data);
        StoredSamples[] halves = [StoredSamples.Of("train", data.Train), StoredSamples.Of("test", data.Test)];
        var header = SafeTensors.Header(
            [
                new("format", Format),
                new("name", data.Name),
                new("synthetic", data.IsSynthetic ? "true" : "false"),
                new("classes", JsonSerializer.Serialize(data.Classes)),
                .. Described(attributes),
            ],
            // The widest elements first, so that all are aligned.
            [
                ("train.persons", TensorType.I32, [data.Train.Count]),
                ("test.persons", TensorType.I32, [data.Test.Count]),
                .. attributes.SelectMany(attribute => new (string, TensorType, IReadOnlyList<int>)[]
                {
                    ($"train.{Key(attribute.Name)}", TensorType.I32, [data.Train.Count]),
                    ($"test.{Key(attribute.Name)}", TensorType.I32, [data.Test.Count]),
                }),
                .. halves.SelectMany(half => half.Ends),
                ("train.labels", TensorType.U8, [data.Train.Count]),
                ("test.labels", TensorType.U8, [data.Test.Count]),
                .. halves.Select(half => half.Content),
            ]);
        DurableFile.Write(path, stream =>
        {
            stream.Write(header);
            foreach (var samples in halves.Select(half => half.Samples))
                stream.Write(MemoryMarshal.AsBytes<int>(Array.ConvertAll(Indices(samples), samples.PersonOf)));
            foreach (var (name, values) in attributes)
            {
                foreach (var samples in halves.Select(half => half.Samples))
                    stream.Write(MemoryMarshal.AsBytes<int>(Array.ConvertAll(Indices(samples), i => CodeOf(samples.AttributeOf(i, name), values))));
            }

            foreach (var half in halves)
                half.WriteEnds(stream);
            foreach (var samples in halves.Select(half => half.Samples))
                stream.Write(Array.ConvertAll(Indices(samples), i => (byte)samples.LabelOf(i)));
            foreach (var half in halves)
                half.WriteContent(stream);
        });
    }

    /// <exception cref="DataFormatException">The file is absent, damaged, or holds no samples.</exception>
    public static DataSet Read(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            var header = SafeTensors.Read(file, path);
            var metadata = new FileMetadata(header, path, Format, "data set");
            var classes = metadata.Texts("classes");
            var attributes = DescribedBy(header, metadata);
            var data = new DataSet(metadata.Text("name"), ReadHalf(file, header, path, "train", classes, attributes),
                ReadHalf(file, header, path, "test", classes, attributes), metadata.Flag("synthetic"));
            MadeSamples.Refuse(data, path);
            return data;
        }
        catch (ModelFileException e)
        {
            throw new DataFormatException(e.Message, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataFormatException($"{path}: the samples cannot be read ({e.Message.TrimEnd('.')}).", e);
        }
    }

    private static List<(string Name, string[] Values)> AttributesOf(DataSet data)
    {
        ISampleSet[] halves = [data.Train, data.Test];
        return [.. from name in halves.SelectMany(half => half.AttributeNames).Distinct(StringComparer.Ordinal)
                   let values = (from half in halves from i in Indices(half) let value = half.AttributeOf(i, name) where value is not null select value)
                       .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray()
                   select (name, values)];
    }

    private static IEnumerable<KeyValuePair<string, string>> Described(List<(string Name, string[] Values)> attributes) =>
        attributes.Count == 0
            ? []
            : [
                new(Attributes, JsonSerializer.Serialize(attributes.ConvertAll(attribute => attribute.Name))),
                .. attributes.Select(attribute => new KeyValuePair<string, string>(Key(attribute.Name), JsonSerializer.Serialize(attribute.Values))),
            ];

    private static (string Name, IReadOnlyList<string> Values)[] DescribedBy(SafeTensors header, FileMetadata metadata) =>
        header.Text(Attributes) is null ? [] : [.. metadata.Texts(Attributes).Select(name => (name, metadata.Texts(Key(name))))];

    private static string Key(string attribute) => $"attribute.{attribute}";

    private static int CodeOf(string? value, string[] values) =>
        value is null ? SampleAttribute.Unknown : Array.BinarySearch(values, value, StringComparer.Ordinal);

    private static ISampleSet ReadHalf(
        FileStream file,
        SafeTensors header,
        string path,
        string half,
        IReadOnlyList<string> classes,
        IReadOnlyList<(string Name, IReadOnlyList<string> Values)> attributes)
    {
        var labels = Find(header, path, $"{half}.labels", TensorType.U8, dimensions: 1);
        var persons = Find(header, path, $"{half}.persons", TensorType.I32, dimensions: 1);
        try
        {
            var who = ReadTensor<int>(file, header, persons);
            var known = Array.TrueForAll(who, p => p == -1) ? null : who;
            return header.Find($"{half}.texts") is null
                ? ReadPictures(file, header, path, half, classes, labels, known, attributes)
                : ReadTexts(file, header, path, half, classes, labels, known);
        }
        catch (ArgumentException e)
        {
            throw new DataFormatException($"{path}: {half} does not fit together: {e.Message}", e);
        }
    }

    private static ImageArray ReadPictures(
        FileStream file,
        SafeTensors header,
        string path,
        string half,
        IReadOnlyList<string> classes,
        TensorEntry labels,
        int[]? persons,
        IReadOnlyList<(string Name, IReadOnlyList<string> Values)> attributes)
    {
        var pixels = Find(header, path, $"{half}.pixels", TensorType.U8, dimensions: 4);
        var shape = new ImageShape(pixels.Shape[1], pixels.Shape[2], pixels.Shape[3]);
        if (labels.Shape[0] != pixels.Shape[0])
            throw new DataFormatException($"{path}: {half} has {pixels.Shape[0]} pictures and {labels.Shape[0]} labels.");
        var known = Array.ConvertAll([.. attributes], a => (a.Name, a.Values, Codes: Find(header, path, $"{half}.{Key(a.Name)}", TensorType.I32, dimensions: 1)));
        return new(shape, classes, ReadTensor<byte>(file, header, pixels), ReadTensor<byte>(file, header, labels), persons,
            Array.ConvertAll(known, a => new SampleAttribute(a.Name, a.Values, ReadTensor<int>(file, header, a.Codes))));
    }

    private static TextArray ReadTexts(
        FileStream file, SafeTensors header, string path, string half, IReadOnlyList<string> classes, TensorEntry labels, int[]? persons)
    {
        var bytes = ReadTensor<byte>(file, header, Find(header, path, $"{half}.texts", TensorType.U8, dimensions: 1));
        var ends = ReadTensor<int>(file, header, Find(header, path, $"{half}.ends", TensorType.I32, dimensions: 1));
        if (labels.Shape[0] != ends.Length)
            throw new DataFormatException($"{path}: {half} has {ends.Length} texts and {labels.Shape[0]} labels.");
        return new(classes, StoredSamples.Texts(bytes, ends), ReadTensor<byte>(file, header, labels), persons);
    }

    private static TensorEntry Find(SafeTensors header, string path, string name, TensorType type, int dimensions)
    {
        var entry = header.Find(name) ?? throw new DataFormatException($"{path}: the tensor \"{name}\" is missing.");
        if (entry.Type != type || entry.Shape.Count != dimensions)
            throw new DataFormatException($"{path}: the tensor \"{name}\" is {entry.Type} of {entry.Shape.Count} dimensions, " +
                $"where {type} of {dimensions} was expected.");
        return entry.Bytes <= Array.MaxLength
            ? entry
            : throw new DataFormatException($"{path}: the tensor \"{name}\" has {entry.Bytes} bytes, more than " +
                $"{Array.MaxLength}.");
    }

    private static T[] ReadTensor<T>(FileStream file, SafeTensors header, TensorEntry entry)
        where T : unmanaged
    {
        var values = GC.AllocateUninitializedArray<T>((int)(entry.Bytes / Marshal.SizeOf<T>()));
        file.Position = header.DataStart + entry.Begin;
        file.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }

    private static int[] Indices(ISampleSet samples) => [.. Enumerable.Range(0, samples.Count)];
}
