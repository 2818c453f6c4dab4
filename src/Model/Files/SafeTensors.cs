using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Cohort.Model.Files;

/// <summary>Element types that are read, of those that safetensors knows.</summary>
public enum TensorType
{
    U8,
    I32,
    I64,
    F16,

    /// <summary>The upper half of an F32.</summary>
    BF16,
    F32,
    F64,
}

/// <summary>One tensor of a file.</summary>
/// <param name="Name">Its name, unique in the file.</param>
/// <param name="Type">Type of its elements, little-endian.</param>
/// <param name="Shape">Its dimensions, row-major; empty for a single element.</param>
/// <param name="Begin">First byte, counted from the end of the header.</param>
/// <param name="End">First byte after it.</param>
public sealed record TensorEntry(string Name, TensorType Type, IReadOnlyList<int> Shape, long Begin, long End)
{
    public long Bytes => End - Begin;
}

/// <summary>
/// Header of a safetensors file (https://github.com/huggingface/safetensors, "Format"): 8 bytes of length, JSON that names every
/// tensor and holds texts under <c>__metadata__</c>, spaces up to a multiple of 8, and then the tensors without gaps.
/// </summary>
/// <param name="Metadata">Texts by key, in the file's order.</param>
/// <param name="Tensors">Tensors in the order of their bytes.</param>
/// <param name="DataStart">Position in the file of the first tensor byte.</param>
public sealed record SafeTensors(
    IReadOnlyList<KeyValuePair<string, string>> Metadata, IReadOnlyList<TensorEntry> Tensors, long DataStart)
{
    /// <summary>Longest header that is read, as in the reference implementation.</summary>
    public const long MostHeaderBytes = 100_000_000;

    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private const string MetadataKey = "__metadata__";
    private const int LengthBytes = 8;

    /// <summary>
    /// The bytes before the tensors. They follow from the arguments alone, key order included, so that a file's hash does too.
    /// </summary>
    /// <param name="metadata">Texts by key; written in this order.</param>
    /// <param name="tensors">Names, types and shapes; the tensors' bytes must follow in this order.</param>
    public static byte[] Header(
        IEnumerable<KeyValuePair<string, string>> metadata,
        IEnumerable<(string Name, TensorType Type, IReadOnlyList<int> Shape)> tensors)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        buffer.GetSpan(LengthBytes).Clear();
        buffer.Advance(LengthBytes);
        using (var json = new Utf8JsonWriter(buffer, Readable))
            WriteJson(json, metadata, tensors);
        var padding = (LengthBytes - (buffer.WrittenCount % LengthBytes)) % LengthBytes;
        buffer.GetSpan(padding)[..padding].Fill((byte)' ');
        buffer.Advance(padding);
        var header = buffer.WrittenSpan.ToArray();
        BinaryPrimitives.WriteInt64LittleEndian(header, header.Length - LengthBytes);
        return header;
    }

    /// <summary>Reads and checks the header, and leaves the stream at the first tensor byte.</summary>
    /// <param name="file">The file, at its beginning.</param>
    /// <param name="source">What errors call the file.</param>
    /// <exception cref="ModelFileException">The header is no safetensors header, or does not fit the file.</exception>
    public static SafeTensors Read(Stream file, string source)
    {
        Span<byte> prefix = stackalloc byte[LengthBytes];
        if (file.ReadAtLeast(prefix, LengthBytes, throwOnEndOfStream: false) < LengthBytes)
            throw Bad(source, $"the file has {file.Length} bytes and cannot be a safetensors file, which begins with 8 bytes " +
                "of length");
        var length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > MostHeaderBytes)
            throw Bad(source, $"the header claims {length} bytes, more than the {MostHeaderBytes} a safetensors header may have");
        if ((long)length > file.Length - LengthBytes)
            throw Bad(source, $"the header claims {length} bytes, but the file has {file.Length - LengthBytes} after the length");
        var json = new byte[(int)length];
        file.ReadExactly(json);
        return Parse(json, LengthBytes + (long)length, file.Length, source);
    }

    /// <summary>Reads and checks a header that lies apart from its tensors.</summary>
    /// <param name="header">All bytes before the tensors.</param>
    /// <param name="dataLength">Bytes of the tensors.</param>
    /// <param name="source">What errors call the file.</param>
    /// <exception cref="ModelFileException">The header is no safetensors header, or does not fit the tensors.</exception>
    public static SafeTensors Read(ReadOnlySpan<byte> header, long dataLength, string source) =>
        header.Length >= LengthBytes && BinaryPrimitives.ReadUInt64LittleEndian(header) == (ulong)(header.Length - LengthBytes)
            ? Parse(header[LengthBytes..].ToArray(), header.Length, header.Length + dataLength, source)
            : throw Bad(source, $"the header has {header.Length} bytes, and claims another length");

    public TensorEntry? Find(string name) => Tensors.FirstOrDefault(t => string.Equals(t.Name, name, StringComparison.Ordinal));

    public string? Text(string key) => Metadata.FirstOrDefault(m => string.Equals(m.Key, key, StringComparison.Ordinal)).Value;

    private static void WriteJson(Utf8JsonWriter json, IEnumerable<KeyValuePair<string, string>> metadata,
        IEnumerable<(string Name, TensorType Type, IReadOnlyList<int> Shape)> tensors)
    {
        json.WriteStartObject();
        json.WriteStartObject(MetadataKey);
        foreach (var (key, value) in metadata)
            json.WriteString(key, value);
        json.WriteEndObject();
        var begin = 0L;
        foreach (var (name, type, shape) in tensors)
        {
            var end = begin + Bytes(type, shape);
            json.WriteStartObject(name);
            json.WriteString("dtype", type.ToString());
            json.WriteStartArray("shape");
            foreach (var dimension in shape)
                json.WriteNumberValue(dimension);
            json.WriteEndArray();
            json.WriteStartArray("data_offsets");
            json.WriteNumberValue(begin);
            json.WriteNumberValue(end);
            json.WriteEndArray();
            json.WriteEndObject();
            begin = end;
        }
        json.WriteEndObject();
    }

    private static SafeTensors Parse(byte[] json, long dataStart, long fileLength, string source)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw Bad(source, "the header is JSON, but no object of tensors");
            var names = new HashSet<string>(StringComparer.Ordinal);
            var metadata = new List<KeyValuePair<string, string>>();
            var tensors = new List<TensorEntry>();
            foreach (var property in document.RootElement.EnumerateObject())
            {
                if (!names.Add(property.Name))
                    throw Bad(source, $"the header names \"{property.Name}\" twice");
                if (string.Equals(property.Name, MetadataKey, StringComparison.Ordinal))
                    metadata.AddRange(ReadMetadata(property.Value, source));
                else
                    tensors.Add(ReadEntry(property, source));
            }
            return new SafeTensors(metadata, InOrder(tensors, fileLength - dataStart, source), dataStart);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or DecoderFallbackException)
        {
            throw new ModelFileException($"{source}: the header is no JSON as safetensors has it ({e.Message.TrimEnd('.')}).", e);
        }
    }

    private static IEnumerable<KeyValuePair<string, string>> ReadMetadata(JsonElement metadata, string source)
    {
        if (metadata.ValueKind != JsonValueKind.Object)
            throw Bad(source, $"{MetadataKey} is no object of texts");
        var keys = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in metadata.EnumerateObject())
        {
            if (entry.Value.ValueKind != JsonValueKind.String)
                throw Bad(source, $"{MetadataKey} holds \"{entry.Name}\", which is no text");
            if (!keys.Add(entry.Name))
                throw Bad(source, $"{MetadataKey} names \"{entry.Name}\" twice");
            yield return new KeyValuePair<string, string>(entry.Name, entry.Value.GetString()!);
        }
    }

    private static TensorEntry ReadEntry(JsonProperty property, string source)
    {
        var name = property.Name;
        var entry = property.Value;
        if (entry.ValueKind != JsonValueKind.Object ||
            !entry.TryGetProperty("dtype", out var dtype) || dtype.ValueKind != JsonValueKind.String ||
            !entry.TryGetProperty("shape", out var shape) || shape.ValueKind != JsonValueKind.Array ||
            !entry.TryGetProperty("data_offsets", out var offsets) || offsets.ValueKind != JsonValueKind.Array ||
            offsets.GetArrayLength() != 2)
            throw Bad(source, $"tensor \"{name}\" lacks its dtype, shape or two data_offsets");
        // Enum.TryParse would take numbers too.
        var types = Enum.GetValues<TensorType>();
        var found = Array.FindIndex(types, t => string.Equals(t.ToString(), dtype.GetString(), StringComparison.Ordinal));
        if (found < 0)
            throw Bad(source, $"tensor \"{name}\" is of type {dtype.GetString()}, and only {string.Join(", ", types)} are read");
        var dimensions = shape.EnumerateArray().Select(d => Whole(d, name, "a dimension", source)).ToArray();
        if (Array.Exists(dimensions, d => d > int.MaxValue))
            throw Bad(source, $"tensor \"{name}\" has a dimension above {int.MaxValue}");
        var begin = Whole(offsets[0], name, "an offset", source);
        var end = Whole(offsets[1], name, "an offset", source);
        var sizes = Array.ConvertAll(dimensions, d => (int)d);
        if (end < begin || Elements(dimensions) is not { } elements || elements > (end - begin) / Size(types[found]) ||
            elements * Size(types[found]) != end - begin)
            throw Bad(source, $"tensor \"{name}\" of type {types[found]} and shape [{string.Join(", ", sizes)}] " +
                $"cannot stand in the bytes from {begin} to {end}");
        return new TensorEntry(name, types[found], sizes, begin, end);
    }

    private static long Whole(JsonElement number, string name, string what, string source) =>
        number.ValueKind == JsonValueKind.Number && number.TryGetInt64(out var value) && value >= 0
            ? value
            : throw Bad(source, $"tensor \"{name}\" has {what} {number.GetRawText()}, which is no whole number of at least 0");

    private static long? Elements(long[] dimensions)
    {
        var product = UInt128.One;
        foreach (var dimension in dimensions)
        {
            product *= (UInt128)dimension;
            if (product > long.MaxValue)
                return null;
        }
        return (long)product;
    }

    // The format leaves no holes and no overlaps, so that no byte of a file is outside its meaning.
    private static List<TensorEntry> InOrder(List<TensorEntry> tensors, long dataLength, string source)
    {
        tensors = [.. tensors.OrderBy(t => t.Begin).ThenBy(t => t.End)];
        var position = 0L;
        foreach (var tensor in tensors)
        {
            if (tensor.End > dataLength)
                throw Bad(source, $"tensor \"{tensor.Name}\" ends at byte {tensor.End}, but the file holds {dataLength} bytes " +
                    "of tensors");
            if (tensor.Begin != position)
                throw Bad(source, $"tensor \"{tensor.Name}\" begins at byte {tensor.Begin}, where {position} was expected: " +
                    (tensor.Begin < position ? "it overlaps the tensor before it" : "there is a gap before it"));
            position = tensor.End;
        }
        return position == dataLength
            ? tensors
            : throw Bad(source, $"the tensors end at byte {position}, but the file holds {dataLength} bytes of tensors");
    }

    private static long Bytes(TensorType type, IReadOnlyList<int> shape) =>
        shape.Aggregate((long)Size(type), (bytes, dimension) => checked(bytes * dimension));

    private static int Size(TensorType type) => type switch
    {
        TensorType.U8 => 1,
        TensorType.F16 or TensorType.BF16 => 2,
        TensorType.I64 or TensorType.F64 => 8,
        _ => 4,
    };

    private static ModelFileException Bad(string source, string what) => new($"{source}: {what}.");
}
