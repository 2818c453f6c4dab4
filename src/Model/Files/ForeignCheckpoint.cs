using System.Buffers.Binary;
using System.Globalization;

namespace Cohort.Model.Files;

/// <summary>
/// A safetensors file that another program wrote, read as the parameters of a network of ours: every tensor of the network from one tensor of
/// the file, of the same shape, and none left over. F32, F16, BF16 and F64 are read; F64 is rounded to the nearest F32.
/// </summary>
public static class ForeignCheckpoint
{
    /// <summary>Larger files are refused unread: no network of ours has so many parameters.</summary>
    public const long MostBytes = 1L << 30;

    /// <param name="path">The file.</param>
    /// <param name="layout">The network's tensors.</param>
    /// <param name="names">The file's name of each of the network's tensors; those that are absent have the network's name.</param>
    /// <returns>The network's parameters in the layout's order.</returns>
    /// <exception cref="ModelFileException">The file is absent, damaged, too large, one of ours, or not of this network; the message says
    /// which tensor, and what was expected.</exception>
    public static float[] Read(string path, IReadOnlyList<TensorLayout> layout, IReadOnlyDictionary<string, string> names)
    {
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentNullException.ThrowIfNull(names);
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            if (file.Length > MostBytes)
            {
                throw new ModelFileException(
                    $"{path}: the file has {file.Length} bytes, more than the {MostBytes} that a checkpoint may have.");
            }

            var header = SafeTensors.Read(file, path);
            if (string.Equals(header.Text("format"), ModelFile.Format, StringComparison.Ordinal))
            {
                throw new ModelFileException(
                    $"{path}: this is a model of Cohort already, and every command takes it by its path: pbm model show {path}.");
            }

            return Read(file, header, Matching(header, layout, names, path), layout, path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelFileException($"{path}: the file cannot be read ({e.Message.TrimEnd('.')}).", e);
        }
    }

    // By name if all names are there; else by shape, if no shape is there twice; never by guessing.
    private static TensorEntry[] Matching(
        SafeTensors header, IReadOnlyList<TensorLayout> layout, IReadOnlyDictionary<string, string> names, string path)
    {
        if (names.Keys.Except(layout.Select(tensor => tensor.Name), StringComparer.Ordinal).FirstOrDefault() is { } unknown)
            throw new ModelFileException($"{path}: the map names '{unknown}', which the network does not have; it has {List(layout)}.");
        var found = layout.Select(tensor => header.Find(names.GetValueOrDefault(tensor.Name, tensor.Name))).ToArray();
        if (Array.Exists(found, entry => entry is null))
            found = names.Count == 0 ? ByShape(header, layout) : found;
        if (Array.Exists(found, entry => entry is null))
        {
            var missing = layout.Zip(found).Where(pair => pair.Second is null).Select(pair => pair.First).ToList();
            throw new ModelFileException(
                $"{path}: the file has no {List(missing)}; it has {List(header.Tensors)}. Shapes do not say which is which; give --map FILE, "
                + "JSON that says the file's name for each of the network's: { \"" + missing[0].Name + "\": \"...\" }.");
        }

        var extra = header.Tensors.Except(found).ToList();
        if (extra.Count > 0)
        {
            throw new ModelFileException(
                $"{path}: the file has tensors that the network has no place for: {List(extra!)}. It is of another network, or has to be "
                + "stripped of them.");
        }

        foreach (var (tensor, entry) in layout.Zip(found))
        {
            if (!entry!.Shape.SequenceEqual(tensor.Shape))
            {
                throw new ModelFileException(
                    $"{path}: tensor \"{entry.Name}\" has the shape [{Shape(entry.Shape)}], and the network's {tensor.Name} has [{Shape(tensor.Shape)}]; "
                    + "it is of another network, of other pictures, or of another number of classes.");
            }
        }

        return found!;
    }

    private static TensorEntry?[] ByShape(SafeTensors header, IReadOnlyList<TensorLayout> layout)
        => [.. layout.Select(tensor =>
            layout.Count(other => other.Shape.SequenceEqual(tensor.Shape)) == 1
            && header.Tensors.Where(entry => entry.Shape.SequenceEqual(tensor.Shape)).ToList() is [var only] ? only : null)];

    private static float[] Read(
        FileStream file, SafeTensors header, TensorEntry[] entries, IReadOnlyList<TensorLayout> layout, string path)
    {
        var parameters = new float[layout.Sum(tensor => tensor.Length)];
        var at = 0;
        foreach (var entry in entries)
        {
            var bytes = new byte[entry.Bytes];
            file.Position = header.DataStart + entry.Begin;
            file.ReadExactly(bytes);
            var length = entry.Shape.Aggregate(1, (product, dimension) => product * dimension);
            var values = parameters.AsSpan(at, length);
            Convert(entry, bytes, values, path);
            at += length;
            for (var i = 0; i < values.Length; i++)
            {
                if (!float.IsFinite(values[i]))
                {
                    throw new ModelFileException(string.Create(
                        CultureInfo.InvariantCulture,
                        $"{path}: element {i} of tensor \"{entry.Name}\" is {values[i]}; the training that wrote it had failed already."));
                }
            }
        }

        return parameters;
    }

    private static void Convert(TensorEntry entry, ReadOnlySpan<byte> bytes, Span<float> values, string path)
    {
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = entry.Type switch
            {
                TensorType.F32 => BinaryPrimitives.ReadSingleLittleEndian(bytes[(4 * i)..]),
                TensorType.F16 => (float)BinaryPrimitives.ReadHalfLittleEndian(bytes[(2 * i)..]),
                TensorType.BF16 => BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(bytes[(2 * i)..]) << 16),
                TensorType.F64 => (float)BinaryPrimitives.ReadDoubleLittleEndian(bytes[(8 * i)..]),
                _ => throw new ModelFileException(
                    $"{path}: tensor \"{entry.Name}\" is of type {entry.Type}, and parameters are F32, F16, BF16 or F64."),
            };
        }
    }

    private static string List(IEnumerable<TensorLayout> tensors) => string.Join(", ", tensors.Select(tensor => $"{tensor.Name} [{Shape(tensor.Shape)}]"));

    private static string List(IEnumerable<TensorEntry> tensors) => string.Join(", ", tensors.Select(tensor => $"{tensor.Name} [{Shape(tensor.Shape)}]"));

    private static string Shape(IReadOnlyList<int> shape) => string.Join(", ", shape);
}
